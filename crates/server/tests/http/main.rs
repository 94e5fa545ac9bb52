//! The server as its callers see it: a small site made by hand, asked through the routes.

// The lint knows test functions only, not what helps them.
#![allow(clippy::expect_used)]

mod documents;
mod features;
mod hostile;
mod html;
mod negotiation;
mod pages;
mod shown;
mod site;
mod sockets;
