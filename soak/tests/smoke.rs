//! The soak itself, with a few clients for a few seconds.

use std::process::Command;

#[test]
fn a_few_clients_a_kill_and_a_full_disk_show_nothing_wrong() {
    let output = Command::new(env!("CARGO_BIN_EXE_chatting-time-soak"))
        .args(["--minutes", "0.05", "--connections", "20"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    assert!(said.contains("everything is as promised"), "{said}");
}
