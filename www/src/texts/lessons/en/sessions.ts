import type { TextsOf } from "../shape";

export const sessions = {
  title: "Sessions and tokens",
  goal: "A login opens a session, and a token stands for it. You will see that a session outlives the connection on which it was opened.",
  prediction: {
    question:
      "messi logs in, closes the connection and connects again, without a second login. Then he sends `list` with the token from before. What does the server answer?",
    choices: {
      works: {
        label: "The list, as if nothing had happened.",
        why: "The session belongs to the token and not to the connection. It ends with a logout, after 7 days without use, or 90 days after the login.",
      },
      refused: {
        label: "A refusal: the session ended with its connection.",
        why: "Closing a connection ends no session. So a phone that loses its network for a moment need not log in again.",
      },
      closed: {
        label: "Nothing: it closes the connection, as nobody has logged in on it.",
        why: "The server answers every line. And nobody has to log in on each connection: a token is enough.",
      },
    },
  },
  tasks: {
    login: {
      ask: "Log in as messi. The password is `surabaya`.",
      done: "The server now has a session of messi. You see it in the server's state.",
      hints: [
        "This goes as in the first lesson.",
        "The command is `auth`, with username and password.",
        "Enter `auth messi surabaya`.",
      ],
    },
    reconnect: {
      ask: "Close the connection, connect again, and ask for the `list` without logging in.",
      done: "Answered, on a connection on which nobody has logged in. The terminal had put your token into the line.",
      hints: [
        "The card has buttons for closing and for connecting.",
        "The terminal still has the token. You see it in its prompt, and it goes along with every request.",
        "Close messi's connection in the card, connect again, and enter `list`.",
      ],
      mistakes: {
        loggedOut: "You logged out, and that ends a session. Log in again, and this time only close the connection.",
        loggedInAgain:
          "That works too, but it opened a second session, as you can see in the server's state. Close the connection once more, and ask without logging in.",
        sameConnection: "That was still the connection of the login. Close it first and connect again.",
        closedOnly:
          "The session is still in the server's state. Now connect if you are not connected, and ask for the `list`.",
      },
    },
    withoutToken: {
      ask: "Stay on this connection and send `list` without a token. The terminal would add it, so use raw bytes.",
      done: "Refused with `session_not_found`, though messi's session lives.",
      hints: [
        "In the raw-bytes mode no token is added to what you write.",
        "Write the command and nothing else. The line end that is chosen beside it is right.",
        "Choose raw bytes in messi's card and send `list`, with the line end `\\r\\n`.",
      ],
      mistakes: {
        terminalAddsToken: "That line had your token in it, as you can see in the trace. Use the raw-bytes mode.",
        bound:
          "That worked because a login on this connection is remembered for it. Close the connection, connect again, and ask without logging in.",
        sessionGone:
          "messi's session is over, so a refusal shows nothing new. Log in, close the connection, connect, then ask.",
      },
    },
  },
  explanation: [
    "[The reply to the login](token) brought a token. Then [the connection closed](closed), and the session stayed: compare the server's state before and after it.",
    "On [the new connection](newConnection) your request carried the token, and [the answer](works) came at once.",
    "Without a token the server uses the session that was opened on the same connection. On the new connection there was none, hence [the refusal](refused). That is all the difference between the two lines.",
  ],
  ownClient: [
    "Keep the token and send it with every request. Then your client works the same before and after a lost connection.",
    "A token is a secret like a password: don't print it into logs, and don't keep it where others can read it.",
  ],
} satisfies TextsOf<"sessions">;
