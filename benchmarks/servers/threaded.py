"""A chat server the way a course writes it: a thread for each client, everything in dictionaries, nothing on a disk.

    python3 threaded.py USERS

makes that many users, user-0 and so on, each with the password `bench`, and prints the address that it listens on.
"""

import json
import socket
import sys
import threading
import uuid

users = {f"user-{number}": "bench" for number in range(int(sys.argv[1]))}
inboxes = {user: [] for user in users}
sessions = {}


def answer(line):
    words = line.strip().split(" ")
    command = words[0]
    if command == "auth":
        if users.get(words[1]) != words[2]:
            return {"status": "ERROR", "message": "Password Salah", "code": "wrong_password"}
        token = str(uuid.uuid4())
        sessions[token] = words[1]
        return {"status": "OK", "tokenid": token}
    if len(words) < 2 or words[1] not in sessions:
        return {"status": "ERROR", "message": "Session Tidak Ditemukan", "code": "session_not_found"}
    user = sessions[words[1]]
    if command == "send":
        message = {"msg_from": user, "msg_to": words[2], "msg": " " + " ".join(words[3:]) + "\r\n"}
        inboxes[words[2]].append(message)
        return {"status": "OK", "message": "Message Sent"}
    if command == "inbox":
        messages, inboxes[user] = inboxes[user], []
        senders = {}
        for message in messages:
            senders.setdefault(message["msg_from"], []).append(message)
        return {"status": "OK", "messages": senders}
    if command == "list":
        online = sorted(set(sessions.values()))
        return {"status": "OK", "user": online, "users": online, "message": online, "messages": online}
    if command == "logout":
        del sessions[words[1]]
        return {"status": "OK", "message": f"User {user} berhasil Keluar"}
    return {"status": "ERROR", "message": "Protocol Tidak Benar", "code": "unknown_command"}


def serve(client):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = ""
    while True:
        data = client.recv(4096)
        if not data:
            break
        received += data.decode()
        while "\n" in received:
            line, received = received.split("\n", 1)
            client.sendall((json.dumps(answer(line)) + "\r\n\r\n").encode())
    client.close()


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()
