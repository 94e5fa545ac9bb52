//! Homes are no places, and carers no names.

use super::{AT_HOME, Folder, HEAD, directory, note, service};

#[test]
fn a_carers_own_home_is_no_site_whatever_else_says_so() {
    for (row, what) in [
        (
            format!("H1,Ann's,Trading Ltd,Shared Lives,{AT_HOME},,,SITE9,12 Secret Road"),
            "by its category",
        ),
        (
            format!(
                "H1,Ann's,Trading Ltd,Day service,{AT_HOME},Shared Lives,,SITE9,12 Secret Road"
            ),
            "by its delivery",
        ),
        (
            format!("H1,Ann's,Trading Ltd,Day service,{AT_HOME},home,,SITE9,12 Secret Road"),
            "by its mode",
        ),
        (
            format!("H1,Ann's,Trading Ltd,Day service,{AT_HOME},building,yes,SITE9,12 Secret Road"),
            "by carers_home",
        ),
        (
            format!(
                "H1,Ann's,Trading Ltd,Day service,{AT_HOME},building,perhaps,SITE9,12 Secret Road"
            ),
            "by what cannot be read",
        ),
        (
            format!("H1,Shared Lives Ann,Trading Ltd,Day service,{AT_HOME},,,SITE9,12 Secret Road"),
            "by its name",
        ),
    ] {
        let (study, report) = directory(&format!(
            "{HEAD},delivery_mode,carers_home,site_id,site_name\n{row}\n\
             A1,North Room,Trading Ltd,Day service,450500,102010,,,SITE1,North\n"
        ));
        assert_eq!(service(&study, "H1").site, None, "{what}");
        assert_eq!(study.parts().sites.len(), 1, "{what}");
        assert!(service(&study, "A1").site.is_some(), "{what}");
        let said = format!("{report}");
        assert!(
            said.contains("1 service is delivered in a home"),
            "{what}: {said}"
        );
        assert!(
            !said.contains("Secret") && !said.contains("451500"),
            "{what}: {said}"
        );
    }
}

#[test]
fn nothing_is_quoted_of_a_row_that_may_be_of_a_home_and_its_place_counts_though_it_is_rejected() {
    let (study, report) = directory(&format!(
        "{HEAD},delivery_mode,carers_home,site_id,site_name,gender\n\
         H1,Ann's,Trading Ltd,Day service,{AT_HOME},client's house,12 Secret Road,,,12 Secret Road\n\
         A1,Next door,Trading Ltd,Day service,{AT_HOME},building,,,,\n\
         A2,North Room,Trading Ltd,Day service,450500,102010,building,,,,purple\n"
    ));
    let said = format!("{report}");
    assert!(
        !said.contains("Secret") && !said.contains("client's"),
        "{said}"
    );
    assert!(said.contains("purple"), "{said}");
    assert_eq!(service(&study, "A1").site, None, "{said}");
    assert_eq!(study.parts().sites.len(), 1);
}

#[test]
fn a_carers_name_is_not_kept_and_a_schemes_is() {
    for (row, operator) in [
        (
            format!("H1,Mrs J Example,Mr and Mrs Example,Shared Lives,{AT_HOME},,,,"),
            "A carer's own home",
        ),
        (
            format!("H1,Mrs J Example,Wex Shared Lives,Community,{AT_HOME},,,,"),
            "Wex Shared Lives",
        ),
        (
            format!("H1,Mrs J Example,Mrs J Example,Community,{AT_HOME},,,,Carer's home"),
            "A carer's own home",
        ),
    ] {
        let (study, _) = directory(&format!(
            "{HEAD},delivery_mode,carers_home,site_id,site_name\n{row}\n"
        ));
        let kept = service(&study, "H1");
        assert_eq!(kept.name, "A carer's own home", "{row}");
        assert_eq!(kept.site, None, "{row}");
        let organisations = &study.parts().organisations;
        assert_eq!(organisations[kept.organisation].name, operator, "{row}");
        let all = organisations.rows().iter().map(|each| each.name.as_str());
        assert_eq!(all.collect::<Vec<_>>(), [operator], "{row}");
    }
}

#[test]
fn another_service_at_the_same_place_is_withheld_until_it_says_that_it_is_no_home() {
    let table = |cells: &str| {
        format!(
            "{HEAD},delivery_mode,carers_home,site_id\n\
             A1,Craft Club,Other CIC,Day service,{cells}\n\
             H1,Ann's,Trading Ltd,Shared Lives,{AT_HOME},home,,SITE9\n"
        )
    };
    // Within a metre, or under the same site_id; the home's row comes later.
    for cells in ["451500.6,101499.7,,,SITE1", "450500,102010,,,SITE9"] {
        let (study, report) = directory(&table(cells));
        assert_eq!(service(&study, "A1").site, None, "{cells}");
        assert!(study.parts().sites.is_empty(), "{cells}");
        let withheld = note(&report, "its place is not used");
        assert_eq!(
            (withheld.row, withheld.provider.as_deref()),
            (Some(2), Some("Other CIC"))
        );
        assert!(withheld.hint.contains("carers_home = no"));
    }
    let (study, _) = directory(&table("451500,101500,,no,SITE1"));
    assert!(service(&study, "A1").site.is_some());
    let (study, _) = directory(&table("451502,101500,,,SITE1"));
    assert!(service(&study, "A1").site.is_some());
}

#[test]
fn a_rejected_row_of_a_home_still_withholds_its_place() {
    let (study, _) = directory(&format!(
        "{HEAD},delivery_mode,places\n\
         H1,Ann's,Trading Ltd,Shared Lives,{AT_HOME},home,-3\n\
         A1,Craft Club,Other CIC,Day service,{AT_HOME},,\n"
    ));
    assert_eq!(study.parts().services.len(), 1);
    assert_eq!(service(&study, "A1").site, None);
}

#[test]
fn a_carers_name_heads_no_page_of_the_report() {
    // Each row has something wrong with it, so that each is on somebody's page.
    let (_, report) = directory(&format!(
        "{HEAD},delivery_mode,carers_home,gender\n\
         H1,A,Mair Secretson,Day service,{AT_HOME},home,yes,purple\n\
         H2,B,Mair Secretson,Shared Lives,{AT_HOME},neither here nor there,,\n\
         H3,C,Wex Shared Lives,Day service,{AT_HOME},home,yes,purple\n\
         A1,D,Trading Ltd,Day service,450500,102010,neither here nor there,,\n"
    ));
    assert!(!report.to_json().unwrap().contains("Secretson"), "{report}");
    let pages: std::collections::BTreeSet<_> = report
        .issues
        .iter()
        .filter(|issue| issue.row.is_some())
        .map(|issue| (issue.row, issue.provider.as_deref()))
        .collect();
    let pages: Vec<_> = pages.into_iter().collect();
    assert_eq!(
        pages,
        [
            (Some(2), Some("A carer's own home")),
            (Some(3), None),
            (Some(4), Some("Wex Shared Lives")),
            (Some(5), Some("Trading Ltd")),
        ]
    );
}

#[test]
fn a_home_with_two_readings_withholds_both_of_its_places() {
    // The coordinates and the postcode of the home are 12 km apart.
    let (study, report) = directory(&format!(
        "{HEAD},postcode,delivery_mode\n\
         H1,Ann's,Trading Ltd,Day service,451500,112500,QZ1 1AA,home\n\
         A1,By coordinates,Trading Ltd,Day service,451500,112500,,\n\
         A2,By postcode,Trading Ltd,Day service,,,QZ1 1AA,\n\
         A3,North Room,Trading Ltd,Day service,450500,102010,,\n"
    ));
    let placed = |key| service(&study, key).site.is_some();
    assert_eq!(
        ["A1", "A2", "A3"].map(placed),
        [false, false, true],
        "{report}"
    );
}

#[test]
fn a_carers_name_is_not_kept_as_the_reference_either_and_attendances_find_it_all_the_same() {
    let folder = Folder::sound();
    folder.write(
        "providers.csv",
        format!(
            "Service,Provider,Type,easting,northing,carers_home\nMrs J Example,Wex Shared Lives,Community,{AT_HOME},yes\n"
        ),
    );
    folder.exchange(
        "study.toml",
        "file = \"providers.csv\"\n",
        "file = \"providers.csv\"\ncolumns = { service_id = \"Service\", service_name = \"Service\" }\n",
    );
    folder.write("attendances.csv", "user_id,service_id\nP1,Mrs J Example\n");
    let built = |folder: &Folder| {
        catchment_import::build(folder.path(), &mut |_, _, _| {}).unwrap();
        let study = catchment_import::open(folder.path()).unwrap();
        let key = study.parts().services.rows()[0].key.clone();
        (key, study.parts().attendances.len())
    };
    let key = "A carer's own home, row 2".to_owned();
    assert_eq!(built(&folder), (key.clone(), 1));
    // Attendances are read again beside services that were not: the record has no such name.
    folder.write(
        "attendances.csv",
        "user_id,service_id\nP1,Mrs J Example\nP2,Mrs J Example\n",
    );
    assert_eq!(built(&folder), (key, 2));
}
