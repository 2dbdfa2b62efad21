import type { TextsOf } from "../shape";

export const logout = {
  title: "Logging out and dead tokens",
  goal: "A logout ends one session, for good. You will see what becomes of its token, and of the other session of the same user.",
  prediction: {
    question:
      "messi is logged in twice, on two devices. On the first one he logs out. What becomes of the session on the second?",
    choices: {
      stays: {
        label: "Nothing. It goes on.",
        why: "A logout ends the one session that it uses. Each login opened a session of its own, with a token of its own.",
      },
      ends: {
        label: "It ends too, as both belong to messi.",
        why: "Sessions of one user are independent of each other. All of them end together only when the password is changed or the user is removed.",
      },
      minute: {
        label: "It ends after 60 seconds.",
        why: "The 60 seconds have to do with who is shown as online. A session lives on for up to 7 days without use.",
      },
    },
  },
  tasks: {
    logout: {
      ask: "Both cards are logged in as messi. Log out in the first one.",
      done: "One of the two sessions is gone.",
      hints: [
        "`help` tells you which command ends a session.",
        "The terminal adds the token. You need only the command.",
        "Enter `logout` in the card messi.",
      ],
      mistakes: {
        bothOut: "Now both sessions are over. Start the scene again, and log out in the first card only.",
        otherCard:
          "That was the second card. The first one is still logged in: log in again in the second, or start the scene again.",
        closedOnly: "The connection is closed, but the session lives on, as the server's state shows. Enter `logout`.",
      },
    },
    deadToken: {
      ask: "Use the token of the ended session once more. It stands in the trace, and in the dialogue of the first card.",
      done: "Refused with `session_not_found`. This token never works again.",
      hints: [
        "The terminal has forgotten the token, so you have to write it yourself, behind the command.",
        "Copy it from the prompt in front of your `logout`, or from the reply to the login. `list` takes a token as its parameter.",
        "Enter `list {deadToken}` in the first card.",
      ],
      mistakes: {
        noToken: "Refused, but this line had no token in it. Put the old token behind the command.",
        liveToken: "That is the token of the second device, which is alive. Take the one that the first card had.",
        neverAToken:
          "Refused, but this token never belonged to a session of this card. Copy the one that the first card had.",
        loggedInAgain: "That opened a new session with a new token. The old one stays dead: try it.",
      },
    },
    otherLives: {
      ask: "Show that the other session lives: ask for the `list` in the second card.",
      done: "Answered. The second session never noticed.",
      hints: [
        "The second card still has its token, as its prompt shows.",
        "Any command that needs a session will do, as long as the second card asks.",
        "Enter `list` in the card messi-2.",
      ],
      mistakes: {
        firstCard: "That was the first card, whose session is over. Ask in the second one.",
        bothOut: "Now the second session is over too. Start the scene again; the tasks you have done stay done.",
      },
    },
  },
  explanation: [
    "[The logout](logout) ended exactly one session: the server noted [this event](sessionEnded), and a single row disappeared from its state.",
    "With the dead token came [a refusal](refused). It is the same whether a token was ended, has expired or never existed. The reply gives nothing away to somebody who is only guessing.",
    "[The other session](works) answered as ever.",
  ],
  ownClient: [
    "When a reply says `session_not_found`, forget the token and ask the person to log in. Sending the same request again with the same token can't ever succeed.",
    "Log out when your program ends for good. When it only loses its connection, keep the token instead.",
  ],
} satisfies TextsOf<"logout">;
