//! Hashing passwords, which is slow on purpose.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use chatting_time_core::{Password, PasswordCost, PasswordHash};

use super::Failure;

/// Hashes one password with a random salt.
pub(super) fn hash(password: &Password, cost: PasswordCost) -> Result<PasswordHash, Failure> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)
        .map_err(|error| format!("the operating system gives no random numbers: {error}"))?;
    Ok(password.hash(cost, salt))
}

/// Hashes many passwords on every processor, in order. `progress` hears now and then, from any
/// thread, how many are done.
pub(super) fn hash_all(
    passwords: &[Password],
    cost: &PasswordCost,
    progress: impl Fn(usize) + Sync,
) -> Result<Vec<PasswordHash>, Failure> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let hashes = Mutex::new(vec![None; passwords.len()]);
    let work = || {
        while let Some((place, password)) = take(passwords, &next) {
            let hash = hash(password, cost.clone())?;
            hashes.lock().expect("no thread panics with it")[place] = Some(hash);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
        Ok::<_, Failure>(())
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(passwords.len()))
            .map(|_| scope.spawn(work))
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("hashing does not panic"))
    })?;
    let hashes = hashes.into_inner().expect("no thread panics with it");
    Ok(hashes.into_iter().flatten().collect())
}

fn take<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    items.get(place).map(|item| (place, item))
}
