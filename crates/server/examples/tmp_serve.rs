#![allow(clippy::expect_used, missing_docs, unreachable_pub, clippy::pedantic, unused)]
#[path = "../tests/http/site.rs"]
mod site;
#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().init();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8097").await.expect("a port");
    catchment_server::serve(site::site(), listener, async { let _ = tokio::signal::ctrl_c().await; }).await.expect("served");
}
