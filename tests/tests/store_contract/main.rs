//! What connections may rely on wherever the chat state is kept: every case runs on the engine with its data folder, and on
//! two servers' view of one NATS server, which take turns.

#![cfg(not(target_arch = "wasm32"))]

mod accounts;
mod client;
mod delivery;
mod place;
mod sessions;

use place::{Embedded, Nats};

/// Runs each case on both.
macro_rules! contract {
    ($($file:ident: $($case:ident),* $(,)?;)*) => {
        mod embedded {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    $file::$case(&Embedded::open($file::limits()).await).await;
                }
            )*)*
        }
        mod nats {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    $file::$case(&Nats::open($file::limits()).await).await;
                }
            )*)*
        }
    };
}

contract! {
    delivery:
        what_was_confirmed_does_not_come_again,
        what_was_given_back_comes_again_in_order,
        a_connection_that_is_gone_gives_back_what_it_was_told,
        who_asks_while_another_is_told_waits_for_the_outcome,
        what_comes_while_somebody_is_told_stays,
        messages_keep_the_order_of_each_sender,
        a_long_mailbox_comes_in_order_and_as_much_at_a_time_as_may,
        a_reply_ends_where_its_text_would_be_too_long,
        a_full_mailbox_takes_messages_again_when_it_was_read,
        a_reader_who_stops_waiting_at_any_moment_keeps_nothing,
        all_that_many_send_is_told_once;
    sessions:
        a_session_is_valid_on_every_connection_and_no_more_when_it_has_ended,
        one_session_too_many_ends_the_one_unused_for_longest,
        sessions_that_are_opened_and_ended_at_once_all_are,
        who_has_logged_in_is_listed_and_who_has_logged_out_is_not;
    accounts:
        a_name_is_given_once,
        of_two_who_make_the_same_account_at_once_one_does,
        a_new_password_ends_all_sessions,
        who_gets_the_name_of_one_who_was_removed_gets_no_messages_of_theirs,
        any_name_that_is_allowed_has_a_mailbox_of_its_own;
}
