//! Looks whether what the engine lets others wait for has come, without waiting.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use chatting_time::engine::Signal;

/// Whether it has been decided, and how.
pub(crate) fn settled(signal: &Signal) -> Option<bool> {
    poll(pin!(signal.wait()))
}

pub(crate) fn poll<T>(future: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Option<T> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
}
