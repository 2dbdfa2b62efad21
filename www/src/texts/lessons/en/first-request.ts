import type { TextsOf } from "../shape";

export const firstRequest = {
  title: "First request and reply",
  goal: "A request is one line of text, and a reply is one JSON object. Here you send your first requests, one of them wrong on purpose, and log in.",
  prediction: {
    question: "The server knows no command called `hello`. What does it do with the line `hello`?",
    choices: {
      silence: {
        label: "Nothing. Only commands get a reply.",
        why: "Every line gets exactly one reply, even an empty line. A client that has sent a line can count on it.",
      },
      refusal: {
        label: "It replies with an error, and the connection stays open.",
        why: "Every line gets exactly one reply, and a mistake costs no more than the line it is in.",
      },
      closed: {
        label: "It closes the connection.",
        why: "A wrong line is no reason to hang up. The server replies with an error and waits for the next line.",
      },
    },
  },
  tasks: {
    help: {
      ask: "Ask the server what it can do: enter `help` in messi's card.",
      done: "One line went out, and one reply came back.",
      hints: [
        "Each card stands for one client. What you enter in it goes to the server as one line.",
        "You need not connect first. Entering a line connects by itself.",
        "Type `help` in messi's card and press Enter.",
      ],
    },
    unknown: {
      ask: "Now enter a line whose first word is no command.",
      done: "The server refused it with the code `unknown_command`. The connection is still open.",
      hints: [
        "The reply to `help` lists every command that there is.",
        "A greeting will do, and so will a misspelt command.",
        "Enter `hello`.",
      ],
      mistakes: {
        knownCommand:
          "The server knows the first word of that line, even if it refused the line for another reason. Choose a word that `help` does not list.",
      },
    },
    login: {
      ask: "Log in as messi. The password is `surabaya`.",
      done: "You are logged in. The long word in the reply is your token.",
      hints: [
        "`help` shows how each command is used. You need the one that opens a session.",
        "The command is `auth`, followed by the username and the password, with spaces between them.",
        "Enter `auth messi surabaya`.",
      ],
      mistakes: {
        somebodyElse: "That login worked, but for somebody else. This task is about messi.",
      },
    },
  },
  explanation: [
    "Follow `help` on its way. Your client [wrote the line](written). When its last byte, the line feed, had arrived, the server had [one whole request](request) and decided on [its reply](reply). Your client [took that reply](read) out of what arrived.",
    "The line with the wrong word was answered as well: [its reply](refusal) says `ERROR`, carries a text for people in `message` and a word for programs in `code`. As many lines as you sent, so many replies you got.",
    "The login was a line like any other. [Its reply](token) brought a token, which a later lesson is about.",
  ],
  ownClient: [
    "Build the line, append `\\r\\n`, encode it as UTF-8 and send all of it. Then read one reply. In the reply look at `status` first, and decide by `code`, never by the wording of `message`.",
    "Your client speaks first. The server sends no greeting, so a client that waits for one waits for ever.",
  ],
} satisfies TextsOf<"firstRequest">;
