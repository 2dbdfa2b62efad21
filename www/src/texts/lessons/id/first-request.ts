import type { TextsOf } from "../shape";

export const firstRequest = {
  title: "Permintaan dan balasan pertama",
  goal: "Satu permintaan adalah satu baris teks, dan satu balasan adalah satu objek JSON. Di sini Anda mengirim permintaan pertama, satu di antaranya sengaja salah, lalu masuk sebagai user.",
  prediction: {
    question: "Server tidak mengenal perintah `hello`. Apa yang dilakukannya bila menerima baris `hello`?",
    choices: {
      silence: {
        label: "Tidak ada. Hanya perintah yang dibalas.",
        why: "Setiap baris mendapat tepat satu balasan, baris kosong pun demikian. Client yang sudah mengirim satu baris boleh mengandalkannya.",
      },
      refusal: {
        label: "Server membalas dengan pesan kesalahan, dan koneksi tetap terbuka.",
        why: "Setiap baris mendapat tepat satu balasan, dan kesalahan pada satu baris tidak memengaruhi baris lain.",
      },
      closed: {
        label: "Server menutup koneksi.",
        why: "Baris yang salah bukan alasan untuk memutus koneksi. Server membalas dengan kesalahan, lalu menunggu baris berikutnya.",
      },
    },
  },
  tasks: {
    help: {
      ask: "Tanyakan kemampuan server: ketik `help` di kartu messi.",
      done: "Satu baris terkirim, dan satu balasan diterima.",
      hints: [
        "Setiap kartu mewakili satu client. Yang Anda ketik di situ dikirim ke server sebagai satu baris.",
        "Anda tidak perlu membuka koneksi lebih dulu. Koneksi terbuka sendiri saat baris pertama dikirim.",
        "Ketik `help` di kartu messi, lalu tekan Enter.",
      ],
    },
    unknown: {
      ask: "Sekarang kirim satu baris yang kata pertamanya bukan perintah.",
      done: "Server menolaknya dengan kode `unknown_command`. Koneksi tetap terbuka.",
      hints: [
        "Balasan untuk `help` memuat semua perintah yang ada.",
        "Kata sapaan boleh, perintah yang salah eja juga boleh.",
        "Ketik `hello`.",
      ],
      mistakes: {
        knownCommand:
          "Kata pertama baris itu dikenal server, sekalipun barisnya mungkin ditolak karena alasan lain. Pilih kata yang tidak ada di daftar `help`.",
      },
    },
    login: {
      ask: "Masuklah sebagai messi. Password-nya `surabaya`.",
      done: "Anda sudah masuk. Kata panjang di dalam balasan adalah token Anda.",
      hints: [
        "`help` menunjukkan cara memakai setiap perintah. Cari yang membuka sesi.",
        "Perintahnya `auth`, diikuti username dan password, dipisahkan spasi.",
        "Ketik `auth messi surabaya`.",
      ],
      mistakes: {
        somebodyElse: "Login itu berhasil, tetapi untuk user lain. Tugas ini tentang messi.",
      },
    },
  },
  explanation: [
    "Ikuti perjalanan `help`. Client Anda [menulis baris itu](written). Begitu byte terakhirnya, yaitu LF (*line feed*), tiba, server memiliki [satu permintaan utuh](request) dan menentukan [balasannya](reply). Dari byte yang tiba, client Anda [mengambil balasan itu](read).",
    "Baris dengan kata yang salah pun dibalas: [balasannya](refusal) berisi `ERROR`, dengan teks untuk manusia di `message` dan kata untuk program di `code`. Jumlah balasan yang Anda terima sama dengan jumlah baris yang Anda kirim.",
    "Login pun hanya satu baris seperti yang lain. [Balasannya](token) membawa token, yang akan dibahas di pelajaran lain.",
  ],
  ownClient: [
    "Susun barisnya, tambahkan `\\r\\n`, ubah ke UTF-8, lalu kirim seluruhnya. Setelah itu baca satu balasan. Periksa `status` lebih dulu, dan ambil keputusan berdasarkan `code`, jangan berdasarkan kalimat di `message`.",
    "Client berbicara lebih dulu. Server tidak mengirim salam pembuka, jadi client yang menunggunya akan menunggu selamanya.",
  ],
} satisfies TextsOf<"firstRequest">;
