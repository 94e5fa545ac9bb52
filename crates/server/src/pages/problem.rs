//! What stands where something is not: errors, and the map of a program that was built without one.

use axum::http::StatusCode;

use super::{Frame, Place, links};
use crate::error::Problem;

/// Writes an error as a page: what is wrong, and what to do.
pub(crate) fn problem(place: &Place<'_>, problem: &Problem) -> String {
    let (title, advice) = match problem.status {
        StatusCode::NOT_FOUND => (
            "Page not found",
            "If you typed the address, check it. If you followed a link or a bookmark, the study may have been built anew without \
             what it led to: look for it from the start.",
        ),
        StatusCode::BAD_REQUEST => (
            "The address is not quite right",
            "Mend the part of the address after the question mark, or leave it out.",
        ),
        StatusCode::URI_TOO_LONG => (
            "The address is too long",
            "Leave out what stands after the question mark.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "This site is only for reading",
            "Open the address in a browser.",
        ),
        status if status.is_server_error() => (
            "Sorry, there is a problem with the service",
            "Try again later. If it goes on, tell whoever runs this site which page it was.",
        ),
        _ => (
            "Something is wrong with the request",
            "Begin again from the start.",
        ),
    };
    Frame::new(place, title).page(|main| {
        main.within("p", &[], |text| {
            text.prose(&super::figures::sentence(&problem.detail));
        });
        if let Some(parameter) = &problem.parameter {
            main.within("p", &[], |text| {
                text.text("It is about the parameter ");
                text.leaf("code", &[], parameter);
                text.text(".");
            });
        }
        main.leaf("p", &[], advice);
        let code = problem.status.as_u16();
        main.leaf("p", &[("class", "small")], &format!("Status {code}"));
        links(
            main,
            &[
                (place.root.clone(), "Start"),
                (place.to("collections"), "Layers"),
            ],
        );
    })
}

/// Writes what stands where the map would be.
pub(crate) fn no_map(place: &Place<'_>) -> String {
    Frame::new(place, "The map is not part of this program").page(|main| {
        main.within("p", &[], |text| {
            text.prose(
                "It was left out when the program was built: npm was missing or failed, or `CATCHMENT_NO_WEB` was set. \
                 To have it, install Node 20.19 or later with npm and build again with `make build`.",
            );
        });
        main.leaf("p", &[], "The same data can be read without it.");
        links(main, &[(place.to("collections"), "Layers")]);
    })
}
