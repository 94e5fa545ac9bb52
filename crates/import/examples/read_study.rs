//! Reads a study folder and prints what each file took in rows, and how long the whole took.
//!
//! `cargo run --release -p catchment-import --example read_study -- FOLDER`

use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("name a study folder")?;
    let start = Instant::now();
    let mut last = (start, String::new());
    let read = catchment_import::read(Path::new(&folder), &mut |task, _, _| {
        if task != last.1 {
            println!("{:>8.2} s  {task}", last.0.elapsed().as_secs_f64());
            task.clone_into(&mut last.1);
        }
    })?;
    println!("{:>8.2} s  in all", start.elapsed().as_secs_f64());
    println!("{}", read.report);
    Ok(())
}
