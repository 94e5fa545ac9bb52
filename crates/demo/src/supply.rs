//! What the directory says of services besides who runs them and where: for whom, on which days, and who sent a return.
//!
//! It draws from a stream of its own, and after everything else, so that nothing else moves.

use crate::diary::{Session, WEEK};
use crate::geometry::Point;
use crate::people::Delivery;
use crate::random::Random;
use crate::residents::Postcode;
use crate::services::{Focus, Mode, Service};
use crate::tables;

/// Returns that were asked for and did not come.
const MISSING: usize = 7;

/// How near the middle of a ward must be for an outreach worker to go there; metres.
const ROUND: f64 = 4_000.0;

/// What stands in a column that a service's other facts decide.
pub(crate) fn cell(service: &Service, column: &str) -> String {
    let is_outreach = service.mode == Mode::Outreach;
    let word = match column {
        "carers_home" => "no",
        "ages" if service.focus == Focus::Elders => "50+",
        "ages" => "18+",
        "gender" if service.name.starts_with("Men at") => "men",
        "gender" => "any",
        "wheelchair" if service.wheelchair_places > 0 => "yes",
        "wheelchair" if service.step_free == Some(false) => "no",
        "hours_per_week" if is_outreach => "30",
        "days" if is_outreach => "weekdays",
        "service_area" => service.area.as_str(),
        _ => "",
    };
    word.to_owned()
}

/// Gives the outreach services the wards near them.
pub(crate) fn send_out(services: &mut [Service], wards: &[Point]) {
    for service in services
        .iter_mut()
        .filter(|service| service.mode == Mode::Outreach)
    {
        let near = (0..wards.len()).filter(|ward| wards[*ward].distance(service.at) < ROUND);
        let codes: Vec<String> = near.map(tables::ward_code).collect();
        service.area = codes.join(";");
    }
}

/// Writes the row of a planned Shared Lives service, with the address of the carer's home: the import must keep it out.
pub(crate) fn shared_lives(out: &mut String, home: &Postcode, at: Point) {
    tables::provider(out, |column| {
        match column {
            "service_id" => "S40",
            "service_name" => "Shared Lives Wexmouth",
            "operator" => "Wex Shared Lives",
            "operator_group" => "Independent",
            "category" => "Shared Lives",
            "status" => "proposed",
            "delivery_mode" => "home",
            "carers_home" => "yes",
            "site_id" => "SITE40",
            "site_name" => "A carer's home",
            "postcode" => home.text.as_str(),
            "hourly_rate" => "14.50",
            "support_ratio" => "1:1",
            "serves" => "Learning disability;Autism",
            "ages" => "18+",
            "gender" => "any",
            "days" => "Mon, Wed-Fri",
            "start" => "10:00",
            "end" => "15:00",
            "service_area" => "Wexmouth;Tarrowhithe",
            "last_checked" => "2022-11-30",
            "easting" => return format!("{:.0}", at.x),
            "northing" => return format!("{:.0}", at.y),
            _ => "",
        }
        .to_owned()
    });
}

/// The parts of a day, in minutes after midnight.
const PARTS: [(u32, u32); 3] = [(0, 750), (750, 1_020), (1_020, 1_440)];

/// The weekly sessions of every service that people come to, one row each: a session for every part of a day in which anybody comes.
pub(crate) fn sessions(services: &[Service], attended: &[Session]) -> String {
    let mut out = String::from("service_id,weekday,start,end,places,wheelchair_places\n");
    let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    for (number, service) in services.iter().enumerate() {
        if service.mode == Mode::Online {
            for day in ["Tue", "Thu"] {
                let line = [&service.id, day, "18:30", "20:00", "", ""].map(str::to_owned);
                tables::row(&mut out, &line);
            }
        }
        if !service.attended() {
            continue;
        }
        for (weekday, day) in WEEK.iter().enumerate() {
            for (from, to) in PARTS {
                let Some((start, end)) = held(attended, number, weekday, from, to) else {
                    continue;
                };
                let line = [
                    service.id.clone(),
                    (*day).to_owned(),
                    clock(start),
                    clock(end),
                    service.places.to_string(),
                    service.wheelchair_places.to_string(),
                ];
                tables::row(&mut out, &line);
            }
        }
    }
    out
}

/// When somebody comes to a service in a part of a day, from the first to the last.
fn held(
    attended: &[Session],
    service: usize,
    weekday: usize,
    from: u32,
    to: u32,
) -> Option<(u32, u32)> {
    attended
        .iter()
        .filter(|session| {
            session.service == service
                && session.weekday == weekday
                && session.to.is_empty()
                && session.delivery == Delivery::Building
        })
        .map(|session| (session.start, session.start + session.quarters * 15))
        .filter(|(first, last)| *first < to && *last > from)
        .map(|(first, last)| (first.max(from), last.min(to)))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The returns that were asked for, one row an open service; some did not come.
pub(crate) fn returns(services: &[Service], random: &mut Random) -> String {
    let mut out = String::from("provider,service_id,returned,date,note\n");
    let open: Vec<&Service> = services.iter().filter(|service| service.open).collect();
    let mut order: Vec<usize> = (0..open.len()).collect();
    random.shuffle(&mut order);
    let missing = &order[..MISSING.min(order.len())];
    for (number, service) in open.iter().enumerate() {
        let came = !missing.contains(&number);
        let day = 1 + random.below(28);
        let line = [
            service.operator.clone(),
            service.id.clone(),
            if came { "yes" } else { "no" }.to_owned(),
            if came {
                format!("2023-02-{day:02}")
            } else {
                String::new()
            },
            if came { "" } else { "reminded once" }.to_owned(),
        ];
        tables::row(&mut out, &line);
    }
    out
}
