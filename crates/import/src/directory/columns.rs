//! The columns of a directory of services, with the headers that councils give them.
//!
//! Only headers that can mean nothing else are listed: `Name` could be the service's or the provider's, so it is not here.

use crate::table::{Column, optional, required};

pub(crate) const COLUMNS: &[Column] = &[
    required("service_id").or(&[
        "Ref",
        "Reference",
        "Service ref",
        "Service reference",
        "Service ID",
        "Service number",
        "Service code",
        "ID",
    ]),
    required("service_name").or(&[
        "Service",
        "Name of service",
        "Activity",
        "Activity name",
        "Scheme",
    ]),
    required("operator").or(&[
        "Provider",
        "Provider name",
        "Name of provider",
        "Organisation",
        "Organisation name",
        "Run by",
        "Supplier",
    ]),
    optional("operator_group").or(&[
        "Provider group",
        "Provider type",
        "Sector",
        "Organisation type",
    ]),
    required("category").or(&[
        "Service category",
        "Service type",
        "Type of service",
        "Type",
    ]),
    optional("status").or(&["Service status", "Current status"]),
    optional("opened")
        .or(&["Date opened", "Opening date", "Start date"])
        .of_days(),
    optional("closed")
        .or(&["Date closed", "Closing date", "Closure date", "End date"])
        .of_days(),
    optional("delivery_mode").or(&[
        "Delivery",
        "Mode of delivery",
        "Delivery method",
        "How delivered",
        "Setting",
    ]),
    optional("carers_home").or(&["Carer's home", "Carer's own home", "In a carer's home"]),
    optional("cqc_location_id").or(&[
        "CQC location ID",
        "CQC ID",
        "CQC location",
        "CQC number",
        "Provider CQC Location ID",
    ]),
    optional("site_id").or(&["Site ref", "Site reference", "Building ref", "UPRN"]),
    optional("site_name").or(&[
        "Site",
        "Building",
        "Building name",
        "Venue",
        "Venue name",
        "Location name",
    ]),
    optional("step_free").or(&["Step free access", "Level access"]),
    optional("hourly_rate").or(&[
        "Cost per hour",
        "Hourly cost",
        "Rate per hour",
        "Price per hour",
        "Hourly price",
        "Unit cost per hour",
    ]),
    optional("support_ratio").or(&[
        "Ratio",
        "Staff ratio",
        "Staffing ratio",
        "Staff to client ratio",
    ]),
    optional("charge").or(&[
        "Charge to person",
        "Charge per session",
        "Cost to person",
        "Client charge",
        "Client contribution",
        "Session price",
        "Price per session",
    ]),
    optional("serves").or(&[
        "Client group",
        "Client groups",
        "Support group",
        "Support groups",
        "Primary support reason",
        "PSR",
        "Needs served",
        "Needs",
        "Eligibility",
        "Service user group",
    ]),
    optional("ages").or(&["Age", "Age range", "Age group", "Ages served"]),
    optional("min_age").or(&["Minimum age", "Age from", "Youngest age"]),
    optional("max_age").or(&["Maximum age", "Age to", "Oldest age"]),
    optional("gender").or(&["Gender served", "Genders", "Sex"]),
    optional("wheelchair").or(&[
        "Wheelchair access",
        "Wheelchair accessible",
        "Takes wheelchair users",
    ]),
    optional("places").or(&[
        "Capacity",
        "Number of places",
        "Places per session",
        "Places per day",
        "Max capacity",
    ]),
    optional("wheelchair_places").or(&["Wheelchair spaces", "Wheelchair capacity"]),
    optional("hours_per_week").or(&[
        "Hours a week",
        "Weekly hours",
        "Hours per wk",
        "Hrs per week",
    ]),
    optional("days").or(&[
        "Days open",
        "Opening days",
        "Days of operation",
        "Operating days",
        "Days of the week",
    ]),
    optional("start").or(&["Start time", "Opening time", "From time"]),
    optional("end").or(&[
        "End time",
        "Closing time",
        "To time",
        "Finish time",
        "Finish",
    ]),
    optional("service_area").or(&[
        "Area served",
        "Areas served",
        "Catchment",
        "Area covered",
        "Areas covered",
        "Coverage area",
    ]),
    optional("last_checked")
        .or(&[
            "Date checked",
            "Last updated",
            "Last reviewed",
            "Date last updated",
        ])
        .of_days(),
];
