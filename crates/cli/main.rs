//! The `catchment` command: one file a verb, and nothing here but choosing between them.

#![forbid(unsafe_code)]

mod build;
mod check;
mod console;
mod demo;
mod ending;
mod export;
#[cfg(test)]
mod fixture;
mod init;
mod isochrone;
mod matrix;
mod out;
mod over;
mod owner;
mod place;
mod publish;
mod route;
mod run;
mod serve;
mod streets;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  catchment demo                          write, build and serve an invented council
  catchment init my-council               write a study.toml to fill in
  catchment check my-council              list what is wrong with its files
  catchment build my-council              read them into one study
  catchment serve my-council              show it at http://127.0.0.1:8080/
  catchment run my-council gaps -p share=0.3
                                          ask one question with a parameter of your own
  catchment export my-council -o layers   write every layer as GeoJSON and CSV
  catchment matrix my-council --from postcodes --to sites -o table.csv
                                          write how far and how long, pair by pair
  catchment isochrone my-council --from \"Central Library\" --minutes 15,30 -o library.geojson
                                          map what can be reached within some minutes of a place
  catchment route my-council --from S01 --to \"NP20 4AA\"
                                          say how to get from one place to another";

/// Maps care services, the journeys to them and the gaps between them, and finds nobody.
#[derive(Parser)]
#[command(name = "catchment", version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Init(init::Arguments),
    Check(check::Arguments),
    Build(build::Arguments),
    Run(run::Arguments),
    Matrix(matrix::Arguments),
    Route(route::Arguments),
    Export(export::Arguments),
    Isochrone(isochrone::Arguments),
    Serve(serve::Arguments),
    Demo(demo::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().verb {
        Verb::Init(arguments) => init::run(&arguments),
        Verb::Check(arguments) => check::run(&arguments),
        Verb::Build(arguments) => build::run(&arguments),
        Verb::Run(arguments) => run::run(&arguments),
        Verb::Matrix(arguments) => matrix::run(&arguments),
        Verb::Route(arguments) => route::run(&arguments),
        Verb::Export(arguments) => export::run(&arguments),
        Verb::Isochrone(arguments) => isochrone::run(&arguments),
        Verb::Serve(arguments) => serve::run(&arguments),
        Verb::Demo(arguments) => demo::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        // Whoever read the output has what it wanted.
        Err(error) if console::reader_has_gone(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            if let Some(left) = console::not_whole() {
                eprintln!("{left}");
            }
            ExitCode::FAILURE
        }
    }
}
