import type { TextsOf } from "../shape";

export const logout = {
  title: "Logout dan token mati",
  goal: "Logout mengakhiri satu sesi untuk selamanya. Anda akan melihat nasib tokennya, dan nasib sesi lain milik user yang sama.",
  prediction: {
    question:
      "messi masuk dua kali, di dua perangkat. Di perangkat pertama ia melakukan logout. Apa yang terjadi dengan sesi di perangkat kedua?",
    choices: {
      stays: {
        label: "Tidak ada. Sesi itu berjalan terus.",
        why: "Logout mengakhiri satu sesi, yaitu yang dipakainya. Setiap login membuka sesi sendiri dengan token sendiri.",
      },
      ends: {
        label: "Ikut berakhir, karena keduanya milik messi.",
        why: "Sesi milik satu user tidak saling bergantung. Semuanya berakhir bersama hanya bila password diganti atau user-nya dihapus.",
      },
      minute: {
        label: "Berakhir setelah 60 detik.",
        why: "Yang 60 detik itu menyangkut siapa yang tampil sebagai online. Sesi tetap hidup sampai 7 hari tanpa dipakai.",
      },
    },
  },
  tasks: {
    logout: {
      ask: "Kedua kartu sudah masuk sebagai messi. Lakukan logout di kartu pertama.",
      done: "Satu dari kedua sesi itu sudah tidak ada.",
      hints: [
        "`help` menunjukkan perintah yang mengakhiri sesi.",
        "Terminal menambahkan tokennya. Anda cukup mengetik perintahnya.",
        "Ketik `logout` di kartu messi.",
      ],
      mistakes: {
        bothOut: "Sekarang kedua sesi sudah berakhir. Ulangi adegannya, dan lakukan logout di kartu pertama saja.",
        otherCard: "Itu kartu kedua. Kartu pertama masih masuk: masuklah lagi di kartu kedua, atau ulangi adegannya.",
        closedOnly:
          "Koneksinya tertutup, tetapi sesinya masih hidup, seperti terlihat di keadaan server. Ketik `logout`.",
      },
    },
    deadToken: {
      ask: "Pakai sekali lagi token dari sesi yang sudah berakhir. Token itu ada di jejak dan di dialog kartu pertama.",
      done: "Ditolak dengan `session_not_found`. Token ini tidak akan pernah berlaku lagi.",
      hints: [
        "Terminal sudah melupakan tokennya, jadi Anda harus menuliskannya sendiri di belakang perintah.",
        "Salin dari prompt di depan `logout` Anda, atau dari balasan untuk login. `list` menerima token sebagai parameter.",
        "Ketik `list {deadToken}` di kartu pertama.",
      ],
      mistakes: {
        noToken: "Ditolak, tetapi baris ini tidak membawa token. Taruh token yang lama di belakang perintahnya.",
        liveToken: "Itu token perangkat kedua, yang masih hidup. Ambil token yang tadinya milik kartu pertama.",
        neverAToken:
          "Ditolak, tetapi token ini tidak pernah menjadi milik sesi kartu ini. Salin yang tadinya milik kartu pertama.",
        loggedInAgain: "Itu membuka sesi baru dengan token baru. Token yang lama tetap mati: cobalah.",
      },
    },
    otherLives: {
      ask: "Buktikan bahwa sesi yang lain masih hidup: minta `list` di kartu kedua.",
      done: "Dibalas. Sesi kedua tidak terpengaruh.",
      hints: [
        "Kartu kedua masih mempunyai tokennya, seperti terlihat di prompt-nya.",
        "Perintah apa pun yang memerlukan sesi boleh, asalkan dari kartu kedua.",
        "Ketik `list` di kartu messi-2.",
      ],
      mistakes: {
        firstCard: "Itu kartu pertama, yang sesinya sudah berakhir. Mintalah di kartu kedua.",
        bothOut: "Sekarang sesi kedua pun sudah berakhir. Ulangi adegannya; tugas yang sudah selesai tetap selesai.",
      },
    },
  },
  explanation: [
    "[Logout](logout) mengakhiri tepat satu sesi: server mencatat [kejadian ini](sessionEnded), dan satu baris hilang dari keadaannya.",
    "Dengan token yang mati Anda mendapat [penolakan](refused). Penolakannya sama, entah token itu sudah diakhiri, kedaluwarsa, atau tidak pernah ada. Orang yang hanya menebak-nebak tidak memperoleh petunjuk apa pun.",
    "[Sesi yang lain](works) tetap dibalas seperti biasa.",
  ],
  ownClient: [
    "Bila balasan berisi `session_not_found`, lupakan tokennya dan minta pengguna login. Mengirim permintaan yang sama dengan token yang sama tidak akan pernah berhasil.",
    "Lakukan logout bila program Anda selesai dipakai. Bila hanya koneksinya yang putus, simpan tokennya.",
  ],
} satisfies TextsOf<"logout">;
