import type { TextsOf } from "../shape";

export const stolenToken = {
  title: "Plain text and a stolen token",
  goal: "This protocol is plain text. You will be Eve, who listens on the same Wi-Fi, and see what a token in the wrong hands can do.",
  prediction: {
    question:
      "Eve began to listen only after messi had logged in. She has never seen his password, only a later request with his token in it. What can she do with that?",
    choices: {
      everything: {
        label: "Everything that messi can: read, send, log out.",
        why: "Whoever shows the token is the user. The server has nothing else by which to tell the two apart.",
      },
      readOnly: {
        label: "Only read along what messi sends and receives.",
        why: "That she can do anyway. But with the token she can also ask the server herself, from any connection.",
      },
      nothing: {
        label: "Nothing, without the password.",
        why: "The password is needed once, to get a token. After that the token alone opens every door.",
      },
    },
  },
  tasks: {
    listen: {
      ask: "You are messi and are logged in. A message waits for you; leave it for now and ask for the `list`.",
      done: "Your request went over the Wi-Fi, and anybody there could read the token in it.",
      hints: [
        "The request itself does not matter. What matters is what it carries.",
        "The terminal puts your token into each request.",
        "Enter `list` in the card messi.",
      ],
      mistakes: {
        asEve: "That was Eve's card. First messi has to send something for her to hear.",
        fetched:
          "messi has fetched the message already, so there is nothing left for Eve. Start the scene again and ask only for the `list`.",
      },
    },
    steal: {
      ask: "Now be Eve. Take messi's token out of the trace and fetch messi's messages with it, without logging in.",
      done: "Eve has messi's message, and the server noticed nothing.",
      hints: [
        "In the trace, look at the line that messi sent. The token is the long word with four hyphens.",
        "`inbox` takes a token as its parameter.",
        "Enter `inbox {token}` in the card eve.",
      ],
      mistakes: {
        loggedIn:
          "That works because the password of this account is well known. The point here is that Eve needs no password: start the scene again and use the token alone.",
        noToken: "Eve has no session of her own. Put messi's token behind the command.",
        wrongToken: "This token is not messi's, or is incomplete. Copy it from the trace, all 36 characters.",
        notTheInbox: "The token works for Eve. Now fetch the messages with it: `inbox`.",
        fetchedByMessi: "messi was quicker and fetched the message himself. Start the scene again.",
      },
    },
    end: {
      ask: "As messi, make the stolen token worthless. Then try it as Eve once more.",
      done: "Refused. For the token it is over, for whoever has it.",
      hints: [
        "What ends a session?",
        "messi has to log out. Closing the connection is not enough. Then Eve asks again, with the same token.",
        "Enter `logout` in the card messi, then `inbox {token}` in the card eve.",
      ],
      mistakes: {
        closedOnly: "The connection is closed, but the session lives, and so does Eve's token. Log out instead.",
        stillLives: "The token still works for Eve. As messi, log out first.",
        notTried: "messi has logged out. Now try the old token as Eve.",
        noToken: "Refused, but this line had no token in it. Try it with messi's.",
      },
    },
  },
  explanation: [
    "The token stood [in messi's line](overheard) in plain text. Nobody had to break anything to read it. Had Eve listened a little earlier, she would have read the password in the same way.",
    "With it Eve sent [a request](request) on a connection of her own, and [the reply](stolen) brought her messi's message. Since a mailbox is emptied by fetching, messi will never see it. He does not even learn that there was one.",
    "After [the logout](logout) the token was worth [nothing](refused). Against listening itself it is no help: with the next login the next token goes over the same air.",
  ],
  ownClient: [
    "A token can't be made safe by being longer or cleverer. What helps is that nobody can listen: TLS, an SSH tunnel or a VPN around the connection. Use this server unprotected only where everybody may read along.",
    "Keep tokens and passwords out of logs, screenshots and shared scenarios, and log out on computers that others use.",
  ],
} satisfies TextsOf<"stolenToken">;
