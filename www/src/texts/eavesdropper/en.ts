// The English texts of the screen Eavesdropper.

const en = {
  title: "Eavesdropper",
  intro:
    "This is what anybody on the same Wi-Fi sees who runs a tool such as Wireshark: every byte of every connection, in both directions. Nobody's password was broken and no server was attacked. It was only listened to.",
  tls: {
    label: "How the connections are made",
    plain: "Plain text, as here",
    encrypted: "If they used TLS",
    explained:
      "With TLS an eavesdropper would have the lengths and the times, and no text. The lengths are those of the plain text: TLS adds some 22 bytes to each record, and a handshake in front.",
  },
  empty: {
    title: "Nothing has been sent yet",
    text: "Whatever the clients send appears here. Send something in the Lab, or begin with an example.",
    example: (one: string, other: string) => `${one} logs in, and ${other} writes to ${one}`,
    exampleAlone: (one: string) => `${one} logs in and writes a message`,
  },
  captured: {
    title: "Overheard",
    explained: "In the order of arrival, each marked where it gives a secret away.",
    full: "An eavesdropper keeps the first 16 MiB here, with 10,000 secrets; what came after them is not shown.",
    list: "What was overheard",
    to: (client: string) => `${client} to the server`,
    from: (client: string) => `the server to ${client}`,
    connection: (number: number) => `connection ${number}`,
    bytes: (count: number, shown: string) => (count === 1 ? "1 byte" : `${shown} bytes`),
    pieces: (count: number, shown: string) => (count === 1 ? "1 piece" : `${shown} pieces`),
    seconds: (time: string) => `${time} s`,
    more: (bytes: string) => `… and ${bytes} bytes more`,
    encrypted: "encrypted",
    inLab: "In the Lab",
    inLabAbout: (time: string) => `What came at ${time} s, in the Lab`,
  },
  window: {
    shown: (from: string, to: string, total: string) => `${from} to ${to} of ${total}`,
    earlier: "Earlier",
    later: "Later",
  },
  kinds: { password: "Password", token: "Token", messageText: "Message" },
  leaks: {
    title: "What leaked so far",
    none: "No secret has been sent yet.",
    columns: { what: "What", secret: "In plain text", who: "Whose", when: "When", where: "Trace" },
    ofUser: (username: string) => username,
    unknown: (client: string) => `sent by ${client}`,
    sentTo: (client: string, recipient: string) => `${client} to ${recipient}`,
    sent: (client: string) => `${client} to somebody`,
    receivedFrom: (client: string, sender: string) => `${sender} to ${client}`,
    received: (client: string) => `somebody to ${client}`,
    accepted: "accepted by the server",
    times: (count: string) => `seen ${count} times`,
    cut: (bytes: string) => `(${bytes} bytes in all)`,
    link: "Show",
    linkAbout: (what: string, time: string) => `Show in the Lab: ${what}, ${time} s`,
  },
  encryptedLeaks: {
    title: "What TLS would still show",
    none: (count: number, shown: string) =>
      count === 1
        ? "The one secret that leaked in plain text could not be read."
        : `The ${shown} secrets that leaked in plain text could not be read.`,
    list: [
      "Who talks with which server: addresses, ports, and mostly the server's name at the start of the handshake.",
      "When, how often and how long somebody is there.",
      "How much: a short request with a long reply looks like a full inbox, and a login looks like a login.",
    ],
    noToken:
      "There is no token to be used: it travels encrypted. Switch back to plain text to see what happens without TLS.",
  },
  use: {
    title: "Use this token",
    explained:
      "Whoever has the token is, to the server, the person it belongs to. It asks for no password, and it does not matter which connection the token comes from. Messages that are read with it are gone for their owner.",
    none: "No token has been overheard yet. It takes a login.",
    token: "Token",
    tokenOf: (username: string, token: string) => `${username}: ${token}`,
    command: "Command",
    client: "Sent by",
    newClient: (name: string) => `a new client, “${name}”`,
    name: "Eavesdropper",
    parameters: { username: "To", pesan: "Text" } as Record<string, string | undefined>,
    message: "please lend me some money",
    line: "What is entered",
    submit: "Send with the stolen token",
    result: "The eavesdropper's own terminal",
    works: (username: string) =>
      `It works: the server takes the eavesdropper for ${username}. The password was not needed.`,
    refused: (username: string) => `Refused: the session of ${username} is over, and the token with it.`,
    pending: "No reply has come yet.",
    somebody: "somebody",
  },
  protection: {
    title: "What protects",
    list: [
      "TLS: who listens then reads nothing, so there is no token to steal. It has to be on for every connection, the login first of all.",
      "Logging out: it ends the token at the server, and a stolen copy with it.",
      "Time: a session that nobody uses ends by itself. A thief who keeps using it keeps it alive, up to its longest life.",
    ],
    logOut: (username: string) => `${username} logs out, then try again`,
    again: "Try once more",
    ended: "The server has ended this session.",
  },
  example: { message: "the meeting is at nine, tell nobody" },
};

export default en;
