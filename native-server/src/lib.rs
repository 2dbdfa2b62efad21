//! The native host of Chatting Time.
