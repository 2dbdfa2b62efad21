import type { TextsOf } from "../shape";

export const online = {
  title: "Online is not connected",
  goal: "`list` shows who is online. You will find out why that is neither the same as being connected nor the same as having a session.",
  prediction: {
    question:
      "lineker logs in and then closes the connection, without logging out. A moment later messi asks for the `list`. Is lineker in it?",
    choices: {
      still: {
        label: "Yes, but only for about a minute.",
        why: "A user whose session was used within the last 60 seconds counts as online, with or without a connection.",
      },
      gone: {
        label: "No, as without a connection nobody is online.",
        why: "Connections come and go, above all on phones. So the server keeps showing a user for 60 seconds after the last request.",
      },
      untilLogout: {
        label: "Yes, until he logs out.",
        why: "The session does live on, for up to 7 days. But who has been neither connected nor active for 60 seconds is no longer shown.",
      },
    },
  },
  tasks: {
    connectedOnly: {
      ask: "lineker's card is connected, but nobody has logged in there. Ask for the `list` as messi.",
      done: "Only messi is listed. A connection without a login belongs to nobody.",
      hints: [
        "messi is logged in already. Only one line is missing.",
        "Leave lineker's card alone for now.",
        "Enter `list` in the card messi.",
      ],
      mistakes: {
        loggedIn:
          "lineker is logged in already, so this can't be seen any more. Start the scene again, and ask as messi first.",
        asLineker: "That was lineker's card, and there nobody is logged in. Ask in messi's.",
      },
    },
    disconnected: {
      ask: "Log in as lineker (password `surabaya`), close lineker's connection, and ask for the `list` as messi again.",
      done: "lineker is listed, although he is no longer connected.",
      hints: [
        "Three steps: two in lineker's card, one in messi's.",
        "Close the connection with the button of the card. Don't log out.",
        "In the card lineker enter `auth lineker surabaya` and close the connection. In the card messi enter `list`.",
      ],
      mistakes: {
        loggedOut: "lineker has logged out, and that ends the session. Log in again and only close the connection.",
        tooLate:
          "More than a minute has passed since lineker's last request. Log in again as lineker, close, and ask at once.",
        stillConnected: "lineker is logged in and still connected. Close his connection, then ask as messi.",
        notAsked: "The connection is closed and the session lives. Now ask for the `list` as messi.",
      },
    },
    minute: {
      ask: "Let a minute pass and ask for the `list` as messi once more.",
      done: "lineker is no longer listed. His session is still there, in the server's state.",
      hints: [
        "Time stands still here until you let it pass.",
        "The button below lets 61 seconds pass. Then ask again.",
        "Press “Let 61 seconds pass”, then enter `list` in the card messi.",
      ],
      mistakes: {
        sessionGone:
          "lineker's session is over, so naturally he is not listed. Start the scene again; what you have done stays done.",
        tooSoon:
          "lineker is still listed, as less than 60 seconds have passed since his last request. Let more time pass.",
        notAsked: "Enough time has passed. Now ask for the `list` as messi.",
      },
      actions: { wait: "Let 61 seconds pass" },
    },
  },
  explanation: [
    "First lineker was connected, but not logged in, and [the list](connectedOnly) did not show him. A connection alone says nothing about who is there.",
    "Then lineker's [connection was closed](closed), and [the list](afterClosing) showed him all the same. His login was less than 60 seconds ago.",
    "After a minute [the list](afterAMinute) no longer showed him. But the session lives: with his token he could go on at once, and would be online again. messi, by the way, was online all the time, as his session has an open connection.",
  ],
  ownClient: [
    "Treat the `list` as a hint and not as a promise. Who is listed may just have lost the network, and who is not listed still gets messages.",
    "Don't check the `list` before sending. The mailbox takes messages for everybody at any time.",
  ],
} satisfies TextsOf<"online">;
