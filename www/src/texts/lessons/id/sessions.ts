import type { TextsOf } from "../shape";

export const sessions = {
  title: "Sesi dan token",
  goal: "Login membuka sebuah sesi, dan token mewakilinya. Anda akan melihat bahwa sesi bertahan lebih lama daripada koneksi tempatnya dibuka.",
  prediction: {
    question:
      "messi masuk, menutup koneksi, lalu membuka koneksi baru tanpa login lagi. Kemudian ia mengirim `list` dengan token yang tadi. Apa balasan server?",
    choices: {
      works: {
        label: "Daftarnya, seolah-olah tidak terjadi apa-apa.",
        why: "Sesi terikat pada token, bukan pada koneksi. Sesi berakhir karena logout, setelah 7 hari tidak dipakai, atau 90 hari setelah login.",
      },
      refused: {
        label: "Penolakan: sesinya berakhir bersama koneksinya.",
        why: "Menutup koneksi tidak mengakhiri sesi apa pun. Jadi ponsel yang kehilangan jaringan sebentar tidak perlu login lagi.",
      },
      closed: {
        label: "Tidak ada: server menutup koneksi karena belum ada yang login di situ.",
        why: "Server membalas setiap baris. Dan login tidak harus dilakukan di setiap koneksi: token saja sudah cukup.",
      },
    },
  },
  tasks: {
    login: {
      ask: "Masuklah sebagai messi. Password-nya `surabaya`.",
      done: "Server sekarang mempunyai satu sesi milik messi. Anda melihatnya di keadaan server.",
      hints: [
        "Caranya seperti di pelajaran pertama.",
        "Perintahnya `auth`, dengan username dan password.",
        "Ketik `auth messi surabaya`.",
      ],
    },
    reconnect: {
      ask: "Tutup koneksinya, buka koneksi baru, lalu minta `list` tanpa login.",
      done: "Dibalas, di koneksi yang belum pernah dipakai login. Terminal menaruh token Anda di dalam barisnya.",
      hints: [
        "Di kartu ada tombol untuk menutup dan membuka koneksi.",
        "Terminal masih menyimpan tokennya. Anda melihatnya di prompt, dan token itu ikut dalam setiap permintaan.",
        "Tutup koneksi messi di kartunya, buka lagi, lalu ketik `list`.",
      ],
      mistakes: {
        loggedOut: "Anda melakukan logout, dan itu mengakhiri sesi. Masuk lagi, dan kali ini cukup tutup koneksinya.",
        loggedInAgain:
          "Itu juga bisa, tetapi yang terbuka adalah sesi kedua, seperti terlihat di keadaan server. Tutup koneksinya sekali lagi, lalu minta tanpa login.",
        sameConnection: "Itu masih koneksi yang dipakai login. Tutup dulu, lalu buka koneksi baru.",
        closedOnly: "Sesinya masih ada di keadaan server. Sekarang buka koneksi bila belum, lalu minta `list`.",
      },
    },
    withoutToken: {
      ask: "Tetap di koneksi ini, kirim `list` tanpa token. Terminal akan menambahkannya, jadi pakailah byte mentah.",
      done: "Ditolak dengan `session_not_found`, padahal sesi messi masih hidup.",
      hints: [
        "Pada mode byte mentah tidak ada token yang ditambahkan.",
        "Tulis perintahnya saja. Akhir baris yang terpilih di sampingnya sudah benar.",
        "Pilih byte mentah di kartu messi, lalu kirim `list`, dengan akhir baris `\\r\\n`.",
      ],
      mistakes: {
        terminalAddsToken: "Baris itu membawa token Anda, seperti terlihat di jejak. Pakai mode byte mentah.",
        bound:
          "Itu diterima karena login di koneksi ini diingat untuk koneksi ini. Tutup koneksinya, buka yang baru, lalu minta tanpa login.",
        sessionGone:
          "Sesi messi sudah berakhir, jadi penolakan tidak membuktikan apa-apa. Masuk lagi, tutup koneksi, buka lagi, lalu minta.",
      },
    },
  },
  explanation: [
    "[Balasan untuk login](token) membawa token. Kemudian [koneksinya ditutup](closed), dan sesinya tetap ada: bandingkan keadaan server sebelum dan sesudahnya.",
    "Di [koneksi baru](newConnection) permintaan Anda membawa token, dan [balasannya](works) langsung datang.",
    "Tanpa token, server memakai sesi yang dibuka pada koneksi yang sama. Di koneksi baru tidak ada, karena itu [ditolak](refused). Hanya itulah perbedaan kedua baris tersebut.",
  ],
  ownClient: [
    "Simpan token dan kirimkan pada setiap permintaan. Dengan begitu client Anda bekerja sama saja sebelum dan sesudah koneksi putus.",
    "Token adalah rahasia seperti password: jangan dicetak ke log, dan jangan disimpan di tempat yang bisa dibaca orang lain.",
  ],
} satisfies TextsOf<"sessions">;
