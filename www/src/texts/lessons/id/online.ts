import type { TextsOf } from "../shape";

export const online = {
  title: "Online bukan berarti tersambung",
  goal: "`list` menunjukkan siapa yang online. Anda akan mengetahui mengapa itu tidak sama dengan tersambung, dan tidak sama pula dengan mempunyai sesi.",
  prediction: {
    question:
      "lineker masuk, lalu menutup koneksinya tanpa logout. Sesaat kemudian messi meminta `list`. Apakah lineker ada di dalamnya?",
    choices: {
      still: {
        label: "Ada, tetapi hanya sekitar satu menit.",
        why: "User yang sesinya dipakai dalam 60 detik terakhir dihitung online, dengan atau tanpa koneksi.",
      },
      gone: {
        label: "Tidak, karena tanpa koneksi tidak ada yang online.",
        why: "Koneksi datang dan pergi, apalagi di ponsel. Karena itu server tetap menampilkan seorang user selama 60 detik setelah permintaan terakhirnya.",
      },
      untilLogout: {
        label: "Ada, sampai ia logout.",
        why: "Sesinya memang tetap hidup, sampai 7 hari. Tetapi user yang tidak tersambung dan tidak meminta apa pun selama 60 detik tidak ditampilkan lagi.",
      },
    },
  },
  tasks: {
    connectedOnly: {
      ask: "Kartu lineker sudah tersambung, tetapi belum ada yang login di situ. Minta `list` sebagai messi.",
      done: "Hanya messi yang tampil. Koneksi tanpa login bukan milik siapa-siapa.",
      hints: ["messi sudah masuk. Tinggal satu baris.", "Biarkan dulu kartu lineker.", "Ketik `list` di kartu messi."],
      mistakes: {
        loggedIn:
          "lineker sudah masuk, jadi hal ini tidak bisa dilihat lagi. Ulangi adegannya, dan mintalah sebagai messi lebih dulu.",
        asLineker: "Itu kartu lineker, dan di situ belum ada yang login. Mintalah di kartu messi.",
      },
    },
    disconnected: {
      ask: "Masuklah sebagai lineker (password `surabaya`), tutup koneksi lineker, lalu minta `list` lagi sebagai messi.",
      done: "lineker tampil, padahal ia tidak tersambung lagi.",
      hints: [
        "Tiga langkah: dua di kartu lineker, satu di kartu messi.",
        "Tutup koneksi dengan tombol di kartunya. Jangan logout.",
        "Di kartu lineker ketik `auth lineker surabaya` lalu tutup koneksinya. Di kartu messi ketik `list`.",
      ],
      mistakes: {
        loggedOut: "lineker melakukan logout, dan itu mengakhiri sesinya. Masuk lagi, dan cukup tutup koneksinya.",
        tooLate:
          "Sudah lebih dari satu menit sejak permintaan terakhir lineker. Masuk lagi sebagai lineker, tutup koneksinya, dan langsung minta.",
        stillConnected: "lineker sudah masuk dan masih tersambung. Tutup koneksinya, lalu minta sebagai messi.",
        notAsked: "Koneksinya tertutup dan sesinya hidup. Sekarang minta `list` sebagai messi.",
      },
    },
    minute: {
      ask: "Biarkan satu menit berlalu, lalu minta `list` sekali lagi sebagai messi.",
      done: "lineker tidak tampil lagi. Sesinya masih ada di keadaan server.",
      hints: [
        "Di sini waktu berhenti sampai Anda menjalankannya.",
        "Tombol di bawah menjalankan waktu 61 detik. Setelah itu mintalah lagi.",
        "Tekan “Biarkan 61 detik berlalu”, lalu ketik `list` di kartu messi.",
      ],
      mistakes: {
        sessionGone:
          "Sesi lineker sudah berakhir, jadi wajar ia tidak tampil. Ulangi adegannya; yang sudah selesai tetap selesai.",
        tooSoon:
          "lineker masih tampil, karena belum 60 detik sejak permintaan terakhirnya. Biarkan waktu berlalu lebih lama.",
        notAsked: "Waktunya sudah cukup. Sekarang minta `list` sebagai messi.",
      },
      actions: { wait: "Biarkan 61 detik berlalu" },
    },
  },
  explanation: [
    "Mula-mula lineker tersambung tetapi belum login, dan [daftarnya](connectedOnly) tidak memuat lineker. Koneksi saja tidak mengatakan siapa yang ada.",
    "Kemudian [koneksi lineker ditutup](closed), dan [daftarnya](afterClosing) tetap memuat lineker. Login-nya belum lewat 60 detik.",
    "Setelah satu menit [daftarnya](afterAMinute) tidak memuatnya lagi. Tetapi sesinya hidup: dengan tokennya ia bisa langsung melanjutkan dan akan online lagi. messi sendiri online sepanjang waktu, sebab sesinya mempunyai koneksi yang terbuka.",
  ],
  ownClient: [
    "Anggap `list` sebagai petunjuk, bukan janji. Yang tampil mungkin baru saja kehilangan jaringan, dan yang tidak tampil tetap menerima pesan.",
    "Jangan memeriksa `list` sebelum mengirim. Kotak masuk menerima pesan untuk siapa pun, kapan pun.",
  ],
} satisfies TextsOf<"online">;
