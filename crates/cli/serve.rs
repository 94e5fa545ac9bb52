//! `catchment serve`: the layers, the interface and the map over HTTP.

use std::io::IsTerminal;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use catchment_core::study::Study;
use catchment_export::{Context, base_map};
use catchment_import::open;
use catchment_server::{NotListed, Site, map_is_embedded};
use clap::Args;
use tokio::net::TcpListener;

use crate::console::say;
use crate::publish::{Publication, publish};

/// The most that the base map may weigh, in bytes.
const BASE_MAP_LIMIT: usize = 2_000_000;

const HELP: &str = "\
Every caller counts as the public. Ctrl-C ends it, after the requests under way are answered.
It shows the study as it was built when it started: after a build, start it again.
Log lines go to standard error; RUST_LOG=debug shows more of them.

Examples:
  catchment serve my-council
  catchment serve my-council --port 9000";

/// Show a built study in a browser, to QGIS and to scripts
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The study's folder, built
    study: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Where to listen.
#[derive(Args)]
pub(crate) struct Place {
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address to listen on; only this machine can reach the usual one
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let study = open(&arguments.study)?;
    let publication = publish(&study)?;
    serve(&study, publication, &arguments.place)
}

/// What encoders need to know of a study besides its findings.
pub(crate) fn context(study: &Study) -> Context<'_> {
    let parts = study.parts();
    Context {
        about: &parts.about,
        provenance: &parts.provenance,
        settings: &parts.settings,
    }
}

/// Serves until Ctrl-C or a request to end.
pub(crate) fn serve(
    study: &Study,
    publication: Publication,
    place: &Place,
) -> anyhow::Result<ExitCode> {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(std::io::stderr)
        .init();
    let parts = study.parts();
    let streets = study
        .network()
        .into_iter()
        .flat_map(catchment_travel::StreetNetwork::shapes);
    let ward_set = study.area_set(catchment_core::area::AreaKind::Ward);
    let areas = ward_set
        .into_iter()
        .flat_map(|set| study.areas_in(set))
        .map(|(_, area)| (area.name.as_str(), &area.outline));
    let base_map = base_map(streets, areas, &parts.about.grid, BASE_MAP_LIMIT)?;
    let not_listed = publication
        .not_listed
        .into_iter()
        .map(|(id, title, reason)| NotListed { id, title, reason })
        .collect();
    let site = Site::new(
        publication.findings,
        &parts.about,
        &parts.provenance,
        &parts.settings,
        not_listed,
        base_map,
    )?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the server's threads")?;
    runtime.block_on(async {
        let listener = TcpListener::bind((place.host, place.port)).await.with_context(|| {
            format!("cannot listen on {}:{}; another program may have the port: choose one with --port", place.host, place.port)
        })?;
        let address = listener.local_addr()?;
        let map = if map_is_embedded() {
            format!("http://{address}/map/   map")
        } else {
            "(this build has no map: Node 20.19 or later and npm were missing when it was made)".to_owned()
        };
        // In one piece, so that a reader who goes after the first line does not end the server.
        say!(
            "\n  http://{address}/       landing page, and the address to give to QGIS\n  {map}\n  Ctrl-C ends it."
        )?;
        catchment_server::serve(site, listener, ended()).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Waits for Ctrl-C, or on Unix for the signal to end.
async fn ended() {
    let interrupt = async {
        // Without a handler there is nothing to wait for; the process then ends as the system has it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
