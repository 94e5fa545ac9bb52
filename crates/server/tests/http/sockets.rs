//! The server behind a real listener: what the routes alone cannot show.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::site::site;

/// Sends bytes and reads until the server ends the connection.
async fn exchange(address: std::net::SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The server may end the connection of somebody who is still sending.
    let _ = stream.write_all(request).await;
    let mut answer = vec![];
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn it_answers_and_stops_when_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(catchment_server::serve(site(), listener, async {
        let _ = stopped.await;
    }));

    let health = exchange(
        address,
        b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(
        health.starts_with("HTTP/1.1 200 OK\r\n") && health.ends_with("{\"status\":\"ok\"}"),
        "{health}"
    );

    let old = exchange(address, b"GET /conformance HTTP/1.0\r\n\r\n").await;
    assert!(
        old.contains(&format!("http://{address}/conformance")),
        "without a host, links name the listener: {old}"
    );

    let large = [&b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 999999999\r\n\r\n"[..], &[b'x'; 1_000][..]].concat();
    assert!(
        exchange(address, &large).await.starts_with("HTTP/1.1 405"),
        "a body is not waited for"
    );

    let heads = [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ",
        &[b'a'].repeat(100_000)[..],
        b"\r\n\r\n",
    ]
    .concat();
    assert!(
        exchange(address, &heads).await.starts_with("HTTP/1.1 431"),
        "headers have a limit"
    );
    assert!(
        exchange(address, b"\x00\x01\x02 nonsense\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 400")
    );

    // One who keeps a connection open and says nothing does not keep the server from stopping.
    let _idle = TcpStream::connect(address).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).expect("still serving");
    let ended = timeout(Duration::from_secs(5), server)
        .await
        .expect("it stops in time")
        .expect("no panic");
    assert!(ended.is_ok());
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}
