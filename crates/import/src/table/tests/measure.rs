//! How long large tables take and how much memory, on request: `cargo test --release -p catchment-import --lib measure -- --ignored --nocapture --test-threads 1`.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::report::FileCounts;
use crate::table::{Column, Reader, Row, TableFile, optional, required};
use crate::text;

/// Returns the most memory this program ever held, in megabytes, where the system tells.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let amount = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    amount.unwrap_or(0) / 1024
}

/// Walks a table, and says how long it took and how much memory it held.
fn measured(
    what: &str,
    (folder, file): (&Path, &str),
    columns: &[Column],
    take: impl FnMut(&mut Row<'_>, &[Option<usize>]) -> Option<()>,
) -> FileCounts {
    let mut take = take;
    let before = most_memory();
    let start = Instant::now();
    let table = TableFile {
        folder,
        file,
        sheet: None,
        mapping: BTreeMap::new(),
        personal: false,
        of_study: true,
    };
    let mut issues = Vec::new();
    let reader = Reader::open(&table, columns, &mut issues).unwrap();
    let places: Vec<_> = columns
        .iter()
        .map(|column| reader.place(column.name))
        .collect();
    let counts = reader.each(&mut issues, |row| take(row, &places));
    println!(
        "{what}: {} rows in {:.2} s, {} MB at most, {before} MB before",
        counts.rows,
        start.elapsed().as_secs_f64(),
        most_memory()
    );
    counts
}

#[test]
#[ignore = "a measurement: writes a file of a gigabyte"]
fn a_directory_of_all_postcodes() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = BufWriter::new(File::create(folder.path().join("onspd.csv")).unwrap());
    let mut header = vec![
        "pcds", "dointr", "doterm", "oseast1m", "osnrth1m", "osgrdind",
    ];
    let others: Vec<String> = (0..46).map(|at| format!("code{at}")).collect();
    header.extend(others.iter().map(String::as_str));
    writeln!(file, "{}", header.join(",")).unwrap();
    let codes = ",E00171962".repeat(20) + &",\"E99999999\"".repeat(10) + &",".repeat(16);
    let rows = 2_700_000_u32;
    for row in 0..rows {
        let (a, b) = (
            char::from(b'A' + (row % 26) as u8),
            char::from(b'A' + (row / 26 % 26) as u8),
        );
        let (district, sector) = (row / 676 % 90 + 10, row / 60_840 % 10);
        let (east, north) = (300_000 + row % 99_991, 180_000 + row % 99_989);
        writeln!(
            file,
            "\"{a}{b}{district} {sector}AA\",199606,,{east},{north},1{codes}"
        )
        .unwrap();
    }
    file.into_inner().unwrap();
    let columns = [
        required("pcds"),
        required("oseast1m"),
        required("osnrth1m"),
        optional("doterm"),
    ];
    let mut sum = 0.0;
    let counts = measured(
        "postcodes",
        (folder.path(), "onspd.csv"),
        &columns,
        |row, places| {
            text::postcode(row.cell(places[0]?)?)?;
            sum += text::number(row.cell(places[1]?)?)? + text::number(row.cell(places[2]?)?)?;
            Some(())
        },
    );
    assert_eq!(
        (counts.rows, counts.accepted),
        (u64::from(rows), u64::from(rows))
    );
    assert!(sum > 0.0);
}

/// Names the folder of a workbook that another process wrote, so that the memory of writing it is not counted.
const WRITTEN: &str = "CATCHMENT_MEASURED";

#[test]
#[ignore = "a measurement"]
fn a_workbook_of_a_hundred_thousand_rows() {
    if let Some(folder) = env::var_os(WRITTEN) {
        let columns = [required("service_id"), optional("opened").of_days()];
        let place = (Path::new(&folder), "book.xlsx");
        let counts = measured("workbook", place, &columns, |row, _| {
            row.needed("service_id")?;
            row.strict_as("opened", text::date, "")??;
            Some(())
        });
        assert_eq!((counts.rows, counts.accepted), (100_000, 100_000));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    write_workbook(&folder.path().join("book.xlsx"));
    let reads = Command::new(env::current_exe().unwrap())
        .args([
            "a_workbook_of_a_hundred_thousand_rows",
            "--ignored",
            "--nocapture",
        ])
        .env(WRITTEN, folder.path())
        .status();
    assert!(reads.unwrap().success());
}

fn write_workbook(path: &Path) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let from = ExcelDateTime::from_ymd(2023, 3, 6).unwrap();
    sheet.write(0, 0, "service_id").unwrap();
    sheet.write(0, 1, "opened").unwrap();
    for column in 2..12_u16 {
        sheet.write(0, column, format!("column {column}")).unwrap();
    }
    for row in 1..=100_000_u32 {
        sheet.write(row, 0, format!("S{row}")).unwrap();
        sheet.write_with_format(row, 1, &from, &day).unwrap();
        for column in 2..7 {
            let text = format!("text {}", row * u32::from(column) % 5000);
            sheet.write(row, column, text).unwrap();
        }
        for column in 7..12 {
            sheet
                .write(row, column, f64::from(row) / f64::from(column))
                .unwrap();
        }
    }
    workbook.save(path).unwrap();
}
