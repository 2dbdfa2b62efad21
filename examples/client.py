import socket
import sys


class Connection:
    """One line out, one reply in. A reply ends with CR LF CR LF and may arrive in any pieces."""

    END = b"\r\n\r\n"

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port))
        self.received = b""

    def ask(self, line):
        self.socket.sendall(line.encode("utf-8") + b"\r\n")
        while self.END not in self.received:
            piece = self.socket.recv(4096)
            if not piece:
                raise ConnectionError("the server went away")
            self.received += piece
        reply, self.received = self.received.split(self.END, 1)
        return reply.decode("utf-8")


host, port = sys.argv[1:3] if len(sys.argv) == 3 else ("127.0.0.1", 8889)
connection = Connection(host, int(port))
for line in sys.stdin:
    print(connection.ask(line.rstrip("\r\n")))
