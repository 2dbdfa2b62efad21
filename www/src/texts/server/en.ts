// The English texts of the screen "Real server". Their shape is the type of every other language's.

const en = {
  title: "Real server",
  band: "What you do here happens on the real server, with real accounts.",
  address: "Talks only to",
  overheard:
    "This connection is not encrypted: whoever shares the network can read passwords, tokens and messages. Use no password that is worth something elsewhere.",
  keptNowhere:
    "Passwords and tokens stay in the memory of this page. They enter no link, no export and no storage, and are forgotten when you leave the page. On the server a session lives on until you log out or it expires.",
  stayConnected: "Connections stay open while you look at other screens.",
  clients: "Clients of the real server",
  client: (number: number) => `Client ${number}`,
  add: "Add a client",
  session: {
    showTokens: "Show tokens",
    none: "not logged in",
  },
  connection: {
    connect: "Connect",
    again: "Connect again",
    disconnect: "Disconnect",
    giveUp: "Give up",
    unanswered: (count: number) => (count === 1 ? "1 reply to come" : `${count} replies to come`),
    slow: "The server takes long. The connection is still there: wait, or disconnect.",
    slowToConnect: "The server takes long to answer.",
    sessionKept: "Your session is kept in this page: connect again and go on with it.",
    states: {
      never: "not connected",
      connecting: "connecting …",
      open: "connected",
      closed: "disconnected",
      lost: "connection lost",
      stopped: "server stopped",
      full: "server full",
      cutOff: "cut off",
      noAnswer: "no answer",
      notProtocol: "not understood",
      absent: "no server here",
      refused: "refused",
      unreachable: "not reachable",
    },
    reasons: {
      lost: "The connection broke: the server may have been stopped, or the network is gone.",
      stopped: "The server is stopping or was stopped. When it runs again, connect again.",
      full: "The server has as many connections as it may have. Try again when somebody has left.",
      cutOff: "The server cut the connection off, because a request took too long to arrive.",
      noAnswer: "Nobody answered within 15 seconds. Check that the server runs and the network is there.",
      notProtocol:
        "What came is no reply of this protocol, so nothing behind it can be trusted and the connection was closed. Is another program at this address?",
      absent:
        "Whatever served this page takes no chat connections. Start the server with “chatting-time serve” and open the address that it prints.",
      refused:
        "The server is there and refused the connection. Open the page at exactly the address that the server printed; if a proxy stands between, it has to let WebSockets through.",
      unreachable: "The server can't be reached: it may have been stopped, or the network is gone.",
    },
  },
  notices: {
    tooLong: (bytes: string, bound: string) =>
      `Not sent: the request has ${bytes} bytes, and the server takes at most ${bound}.`,
    notSent: (count: number) =>
      count === 1 ? "Not sent: there was no connection." : `${count} requests not sent: there was no connection.`,
    unanswered: (count: number) =>
      count === 1
        ? "No reply will come to 1 request: it may have taken effect, or not. Look before you repeat it."
        : `No reply will come to ${count} requests: they may have taken effect, or not. Look before you repeat them.`,
    refusals: {
      server_busy: "The server has too much to do at the moment and did nothing. Try again in a moment.",
      storage_unavailable:
        "The server can't store anything right now. The request may have taken effect, or not. Whoever runs the server has to look at its disk.",
      shutting_down: "The server is stopping and did nothing.",
    },
  },
  tooMany: "Fifty requests wait for their replies. Wait for some of them first.",
  recent: {
    title: "Latest requests and replies",
    none: "Nothing was sent yet.",
    newestFirst: "Requests and replies, newest first",
    bound: "The latest 200 are kept, in this page only.",
    clear: "Clear",
    time: "Time",
    client: "Client",
    direction: "Direction",
    text: "Text",
    directions: { toServer: "to the server", toClient: "from the server" },
    took: (milliseconds: string) => `${milliseconds} ms`,
    cut: (characters: string) => `… and ${characters} more characters`,
  },
  asFile: {
    title: "A file has no server behind it",
    text: "You opened the playground as a file, so there is no server that it came from, and a page talks to no other. Everything else works here.",
    do: "To talk to a real server:",
    steps: [
      "Start one: chatting-time serve",
      "Open the address that it prints for the playground in a browser, usually http://127.0.0.1:8080",
      "Choose “Real server” there.",
    ],
  },
};

export default en;
export type ServerTexts = typeof en;
