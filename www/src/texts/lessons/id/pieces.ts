import type { TextsOf } from "../shape";

export const pieces = {
  title: "Potongan yang terbagi dan tergabung",
  goal: "Jaringan boleh memotong satu balasan dan boleh menggabungkan beberapa balasan. Anda akan melihat keduanya, dan melihat bahwa pembaca yang benar tidak terpengaruh.",
  prediction: {
    question:
      'Kotak masuk messi kosong. Balasan untuk `inbox` adalah `{"status": "OK", "messages": {}}`, panjangnya 32 karakter. Jaringan membawa paling banyak 32 byte dalam satu potongan. Dalam berapa potongan balasan itu tiba?',
    choices: {
      one: {
        label: "1, karena pas.",
        why: "JSON-nya pas, balasannya tidak: CR LF CR LF termasuk balasan, sehingga semuanya 36 byte.",
      },
      two: {
        label: "2.",
        why: "32 byte JSON dan 4 byte CR LF CR LF menjadi 36 byte, jadi penutupnya tiba sendirian di potongan kedua.",
      },
      thirtyTwo: {
        label: "32, karena setiap karakter dikirim sendiri.",
        why: "TCP mengirim sebanyak mungkin byte sekaligus. Satu per satu hanya terjadi bila jaringan atau pengirimnya memaksa demikian.",
      },
    },
  },
  tasks: {
    cut: {
      ask: "Anda sudah masuk sebagai messi. Mintalah `inbox` dan lihat dalam berapa potongan balasannya tiba.",
      done: "Balasannya tiba dalam potongan, dan client tetap mengenalinya sebagai satu balasan.",
      hints: [
        "Terminal menambahkan token Anda secara otomatis.",
        "Jejak memperlihatkan potongan bila tampilan itu dipilih.",
        "Ketik `inbox` di kartu messi.",
      ],
      mistakes: {
        otherCommand: "Permintaan itu diterima, tetapi tebakannya tentang `inbox`. Mintalah itu.",
      },
    },
    character: {
      ask: "Sekarang biarkan jaringan membawa byte satu per satu ke server. Kemudian kirim kepada messi, yaitu diri Anda sendiri, pesan dengan karakter di luar ASCII, misalnya `café`.",
      done: "Karakter itu tiba dalam dua potongan atau lebih, dan pesannya utuh.",
      hints: [
        "Ubah dulu jaringannya dengan tombol di bawah. Penerimanya boleh messi sendiri.",
        "Perintahnya `send`, lalu penerima, lalu teksnya. `é` memakai dua byte dalam UTF-8, emoji memakai empat.",
        "Tekan “Bawa byte satu per satu ke server”, lalu ketik `send messi café`.",
      ],
      mistakes: {
        notCut: "Pesan itu tiba dalam satu potongan. Ubah dulu jaringannya, lalu kirim lagi.",
        asciiOnly:
          "Byte-nya memang dibawa satu per satu, tetapi setiap karakternya hanya satu byte, jadi tidak ada yang terpotong. Pakai karakter seperti é, ü, atau emoji.",
      },
      actions: { byteByByte: "Bawa byte satu per satu ke server" },
    },
    joined: {
      ask: "Terakhir, biarkan jaringan menggabungkan yang dibawanya ke messi, dan dapatkan dua balasan dalam satu potongan.",
      done: "Dua balasan dalam satu potongan, dan client menemukan keduanya.",
      hints: [
        "Dua balasan tiba bersama bila permintaannya juga tiba bersama.",
        "Ubah jaringannya dengan tombol di bawah. Lalu kirim dua baris sekaligus sebagai byte mentah, seperti di pelajaran sebelumnya.",
        "Tekan “Gabungkan yang dikirim ke messi”, lalu kirim `inbox\\r\\nlist` sebagai byte mentah, dengan akhir baris `\\r\\n` di belakangnya.",
      ],
      mistakes: {
        stillCutting: "Jaringan masih memotong setiap 32 byte ke arah messi. Tekan dulu tombol di bawah.",
        apart: "Jaringan siap menggabungkan, tetapi balasannya hanya satu. Kirim dua baris dalam satu penulisan.",
      },
      actions: { join: "Gabungkan yang dikirim ke messi" },
    },
  },
  explanation: [
    "Balasan untuk `inbox` tiba sebagai [potongan 32 byte](firstPiece) dan [potongan 4 byte](lastPiece). Sampai potongan pertama, JSON-nya sudah lengkap tetapi balasannya belum, sebab client belum tahu apakah masih ada lanjutannya. Dengan CR LF CR LF barulah ada [satu balasan](cutReading).",
    "Pesan itu tiba di server byte demi byte, mulai dari [yang ini](firstByte), dan satu karakternya terpotong di tengah. Tidak ada yang rusak, sebab server mengumpulkan byte dan baru membacanya sebagai teks setelah [barisnya lengkap](request).",
    "Akhirnya [satu potongan](joinedPiece) membawa dua balasan: server menerima kedua permintaan sekaligus, menulis kedua balasan sekaligus, dan jaringan membiarkannya bersama. Client mengambil [yang pertama](joinedReading) dan menemukan yang kedua di belakangnya. Program yang membuang sisa buffer akan kehilangan satu balasan di sini, dan sejak itu setiap balasan disangkanya jawaban atas permintaan lain.",
  ],
  ownClient: [
    "Kumpulkan byte, temukan akhirnya, baru ubah menjadi teks. Program yang mengubah setiap potongan sendiri-sendiri akan gagal pada karakter pertama yang terpotong. Balasan server ini seluruhnya ASCII, tetapi balasan server lain belum tentu.",
    "Ujilah client Anda dengan potongan satu byte, dan dengan semuanya dalam satu potongan. Bila keduanya lolos, yang di antaranya pun benar.",
  ],
} satisfies TextsOf<"pieces">;
