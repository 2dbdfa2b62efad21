import type { TextsOf } from "../shape";

export const stream = {
  title: "Aliran byte, bukan pesan",
  goal: "TCP membawa aliran byte. TCP tidak mengingat di mana satu penulisan berakhir dan penulisan berikutnya dimulai. Yang menentukan sebuah permintaan hanyalah LF (*line feed*).",
  prediction: {
    question:
      "Sebuah client menulis dua kali: mula-mula `he`, sesaat kemudian `lp\\r\\n`. Berapa permintaan yang ditemukan server?",
    choices: {
      none: {
        label: "Tidak ada: keduanya bukan perintah.",
        why: "Server tidak melihat penulisan. Server mengumpulkan byte sampai satu baris lengkap, dan di sini hasilnya `help`.",
      },
      one: {
        label: "Satu: `help`.",
        why: "Server mengumpulkan byte sampai LF tiba. Dari berapa penulisan byte itu berasal tidak ada bedanya.",
      },
      two: {
        label: "Dua: `he` dan `lp`.",
        why: "Satu penulisan bukan satu pesan. Tidak ada yang mengakhiri baris sesudah `he`, jadi server menunggu sisanya.",
      },
    },
  },
  tasks: {
    begin: {
      ask: "Ubah kartu messi ke byte mentah, lalu kirim `he` tanpa akhir baris.",
      done: "Kedua huruf itu sudah ada di server dan menunggu sisa barisnya.",
      hints: [
        "Terminal menambahkan akhir baris untuk Anda. Pada mode byte mentah, yang dikirim persis seperti yang Anda tulis.",
        "Di samping byte mentah Anda memilih akhir baris yang ditambahkan di belakangnya. Kali ini harus tanpa akhir baris.",
        "Pilih byte mentah di kartu messi, ketik `he`, pilih tanpa akhir baris, lalu kirim.",
      ],
      mistakes: {
        lineEnded:
          "Itu satu baris utuh, dan server sudah membalasnya. Akhir barisnya tidak boleh ikut: pakai mode byte mentah, dan pilih tanpa akhir baris.",
      },
    },
    finish: {
      ask: "Lengkapi baris itu sehingga server menemukan perintah `help`.",
      done: "Dua penulisan, satu permintaan.",
      hints: [
        "Server masih menyimpan `he`. Yang Anda kirim sekarang menyambung tepat di belakangnya.",
        "Yang kurang ialah `lp`, dan di belakangnya akhir baris.",
        "Kirim `lp` sebagai byte mentah, dengan akhir baris `\\r\\n`.",
      ],
      mistakes: {
        joinedWrong:
          "Server menyambung semua byte yang diterimanya menjadi satu baris, dan hasilnya bukan perintah. Lihat baris itu di jejak. Mulailah lagi dengan `he`, lalu kirim yang kurang saja.",
        dropped:
          "Koneksinya sudah tertutup, dan byte yang belum menjadi baris utuh ikut hilang. Kirim `he` sekali lagi, lalu sisanya.",
        stillUnfinished:
          "Ada huruf lagi yang tiba, tetapi LF belum ada. Server tetap menunggu. Kirim akhir baris, `\\r\\n`.",
      },
    },
    together: {
      ask: "Sekarang kebalikannya: kirim dua permintaan dalam satu penulisan.",
      done: "Satu penulisan, dua permintaan, dua balasan.",
      hints: [
        "Yang memisahkan dua permintaan hanyalah akhir baris di antaranya.",
        "Sebagai byte mentah, tulis dua perintah di satu kolom, dengan `\\r\\n` di antaranya.",
        "Kirim `help\\r\\nlist` sebagai byte mentah, dengan akhir baris `\\r\\n` di belakangnya. Bahwa `list` ditolak tanpa login tidak menjadi soal di sini.",
      ],
      mistakes: {
        onlyOne:
          "Penulisan itu berisi satu permintaan. Tulis yang kedua tepat setelah akhir baris pertama, lalu kirim keduanya sekaligus.",
        noLineFeed:
          "Server menganggapnya satu baris dan tidak mengenal perintahnya. Di antara kedua permintaan harus ada akhir baris yang sebenarnya: `\\r\\n`, dengan garis miring terbalik tunggal.",
      },
    },
  },
  explanation: [
    "[Penulisan pertama](firstWrite) dan [penulisan kedua](secondWrite) menjadi [satu permintaan](request). Di antara keduanya server menyimpan baris yang belum selesai. Server menunggu sisanya paling lama 30 detik, dihitung dari byte pertama.",
    "Kemudian [satu penulisan](oneWrite) membawa [permintaan pertama](firstRequest) dan [permintaan kedua](secondRequest), dan masing-masing mendapat balasannya sendiri.",
    "Jadi penulisan dan permintaan tidak ada hubungannya. Demikian pula dengan balasan, dan pada setiap koneksi TCP. Di jaringan lokal yang cepat keduanya sering kebetulan sama. Karena itu program yang mengandalkannya berjalan di lab, tetapi gagal di tempat lain.",
  ],
  ownClient: [
    "Jangan pernah menganggap satu `send` tiba sebagai satu `recv`. Server buatan Anda pun memerlukan buffer untuk setiap koneksi: ambil bagian yang diakhiri LF, simpan sisanya.",
    "`socket.send` boleh menulis lebih sedikit daripada yang Anda berikan. Pakai `sendall` di Python, dan periksa nilai kembaliannya di C.",
  ],
} satisfies TextsOf<"stream">;
