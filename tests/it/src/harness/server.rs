//! Serves a router in this process on a free port, as tests reach it.

use std::net::SocketAddr;

use tokio::task::JoinHandle;

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct Running {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub url: String,
    task: JoinHandle<()>,
}

/// Serves `router` until the answer is dropped. Handlers see the client's address as in production.
pub async fn spawn(router: axum::Router) -> Running {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let task = tokio::spawn(async move {
        axum::serve(listener, service).await.unwrap();
    });
    Running { url, task }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
