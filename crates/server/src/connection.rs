//! The listener: takes connections, limits how many there are and how long each may last, and lets them finish at the end.
//!
//! `axum::serve` is deliberately not used: it waits for ever for a request that trickles in byte by byte.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

/// The most connections at one time; those beyond wait in the listener's queue.
const MOST_CONNECTIONS: u32 = 512;
/// How long the head of a request may take to arrive, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// How long a connection may last altogether; it ends after the answer it is sending then.
const LIFE: Duration = Duration::from_mins(10);
/// How long answers that are being sent may still take when a connection or the server ends.
const GRACE: Duration = Duration::from_secs(10);
/// The most bytes that the head of a request may have.
const LARGEST_HEAD: usize = 32 * 1_024;

/// Answers connections until `shutdown` is ready and the last answers are sent.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send,
) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS as usize));
    let (closing, closed) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, accept(&listener).await)
        };
        let (place, stream) = tokio::select! {
            next = next => next,
            () = shutdown.as_mut() => break,
        };
        let (router, closed) = (router.clone(), closed.clone());
        tokio::spawn(async move {
            answer(stream, router, closed).await;
            drop(place);
        });
    }
    drop(listener);
    let _ = closing.send(true);
    if timeout(GRACE, places.acquire_many(MOST_CONNECTIONS))
        .await
        .is_err()
    {
        tracing::warn!("some answers were not finished in time");
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_the_callers(&error) => {}
            Err(error) => {
                // Most likely no file descriptor is free; trying again at once would only burn time.
                tracing::error!(%error, "cannot take a connection");
                sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

fn is_the_callers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionRefused | ConnectionAborted | ConnectionReset
    )
}

async fn answer(stream: TcpStream, router: Router, mut closed: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(LARGEST_HEAD);
    let connection =
        builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let ending = async {
        tokio::select! {
            _ = closed.wait_for(|closed| *closed) => {}
            () = sleep(LIFE) => {}
        }
    };
    let ended = tokio::select! {
        result = connection.as_mut() => Some(result),
        () = ending => None,
    };
    let result = if let Some(result) = ended {
        result
    } else {
        connection.as_mut().graceful_shutdown();
        timeout(GRACE, connection).await.unwrap_or(Ok(()))
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection broke off");
    }
}
