import type { TextsOf } from "../shape";

export const mailbox = {
  title: "Kotak masuk: dikirim saat tidak ada",
  goal: "Pesan menunggu di server sampai penerimanya mengambil. Anda akan mengikuti satu pesan dari pengirim, melalui kotak masuk, sampai ke pembacanya.",
  prediction: {
    question: "lineker belum login, bahkan belum tersambung. messi mengirim pesan kepadanya. Apa balasan server?",
    choices: {
      stored: {
        label: "`Message Sent`, seketika. Pesannya menunggu lineker.",
        why: "Server menyimpan pesan itu dan menyatakannya. Kapan lineker membacanya adalah urusan lain.",
      },
      refused: {
        label: "Kesalahan, karena lineker tidak ada.",
        why: "Kesalahan hanya datang untuk penerima yang sama sekali tidak dikenal server. Sedang tidak tersambung adalah hal biasa di sini.",
      },
      waits: {
        label: "Belum ada. Balasannya datang setelah lineker membaca pesan itu.",
        why: "Balasan menyatakan apa yang sudah dilakukan server, dan server sudah menyimpan pesannya. Bila harus menunggu lineker, messi bisa menunggu berhari-hari.",
      },
    },
  },
  tasks: {
    send: {
      ask: "Masuklah sebagai messi dan kirim pesan kepada lineker, selagi lineker tidak ada. Password-nya `surabaya`.",
      done: "Pesannya ada di kotak masuk lineker. Anda melihatnya di keadaan server.",
      hints: [
        "Di kartu pertama Anda memerlukan dua baris: satu untuk masuk, satu untuk mengirim.",
        "`send` diikuti username penerima, lalu teksnya.",
        "Ketik `auth messi surabaya`, lalu `send lineker halo`, keduanya di kartu messi.",
      ],
      mistakes: {
        linekerIsHere: "lineker sudah masuk. Ulangi adegannya supaya pesan terkirim selagi ia tidak ada.",
        otherMailbox: "Pesan itu diterima, tetapi berada di kotak masuk lain. Kirim satu kepada lineker.",
      },
    },
    fetch: {
      ask: "Sekarang jadilah lineker: masuk dengan password yang sama di kartu kedua, lalu ambil pesannya.",
      done: "Pesannya sudah di tangan lineker, dan kotak masuknya kosong.",
      hints: [
        "Login saja tidak mendatangkan pesan. Pesan harus diambil.",
        "Setelah `auth` menyusul perintah `inbox`, di kartu lineker.",
        "Di kartu lineker ketik `auth lineker surabaya`, lalu `inbox`.",
      ],
      mistakes: {
        messisInbox:
          "Itu kartu messi, jadi kotak masuk messi, atau tidak ada sama sekali. Pesannya untuk lineker: mintalah di kartunya.",
        loginOnly: "lineker sudah masuk. Server tidak mengirim apa pun tanpa diminta: mintalah `inbox`.",
      },
    },
    again: {
      ask: "Minta `inbox` lineker sekali lagi.",
      done: "Objek kosong. Yang sudah diserahkan tidak datang lagi.",
      hints: [
        "Perintah yang sama, di kartu yang sama.",
        "Terminal menambahkan token lineker secara otomatis.",
        "Ketik `inbox` di kartu lineker.",
      ],
      mistakes: {
        messisInbox: "Itu kartu messi. Mintalah di kartu lineker.",
      },
    },
  },
  explanation: [
    "[Message Sent](sent) langsung datang. Artinya pesan itu [sudah disimpan](stored), bukan bahwa seseorang sudah membacanya.",
    "[Balasan untuk inbox](fetched) menyerahkan pesannya: di bawah kunci `messi`, yaitu pengirimnya, dengan kedua nama lengkap dan teksnya. Teks itu diawali satu spasi dan diakhiri CR LF, sebagaimana server keluarga ini selalu menuliskannya. Dengan itu [lineker menerimanya](read), dan kotak masuknya kosong.",
    "Kali kedua [balasannya](empty) tidak berisi apa-apa. Server menyimpan pesan hanya sampai sistem operasinya menerima seluruh balasan untuk client. Bila koneksi putus sebelum itu, pesannya kembali ke kotak masuk.",
  ],
  ownClient: [
    "Setelah pesan Anda ambil, salinan Anda adalah satu-satunya. Tampilkan atau simpan pesannya sebelum melakukan hal lain yang bisa gagal.",
    "Tidak ada pemberitahuan: program yang ingin melihat pesan baru harus bertanya dari waktu ke waktu. Setiap beberapa detik sudah cukup. Perulangan tanpa jeda hanya memperlambat server bagi semua orang.",
  ],
} satisfies TextsOf<"mailbox">;
