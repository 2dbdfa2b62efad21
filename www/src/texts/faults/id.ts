// Teks bahasa Indonesia untuk layar Gangguan.

import type en from "./en";

const id = {
  title: "Gangguan",
  intro:
    "Jaringan memperlambat yang dikirim, memotongnya, menggabungkannya, dan sesekali putus. Pilih jaringan milik siapa, beri gangguan, lalu ikuti di jejak apa yang sampai.",
  part: "Bagian layar",
  parts: { faults: "Gangguan", effect: "Akibat" },
  loss: {
    title: "Di mana kehilangan paket?",
    text: [
      "Tidak ada sakelarnya, karena program tidak pernah melihatnya. Bila jaringan kehilangan satu paket, TCP mengirimnya lagi dan menahan semua yang di belakangnya sampai paket itu tiba. Yang terlihat oleh program hanyalah keterlambatan.",
      "Jadi tidak ada byte yang hilang dari tengah aliran. Byte datang terlambat, datang dalam potongan lain, atau koneksinya putus sehingga semua sesudah byte tertentu tidak ada. (Lain halnya dengan UDP: datagram yang hilang tidak dikirim lagi oleh siapa pun.)",
    ],
  },
  target: { title: "Jaringan milik siapa", client: "Client", direction: "Arah gangguan" },
  directions: { both: "Kedua arah", toServer: "Ke server", toClient: "Ke client" },
  presets: {
    title: "Gangguan menurut nama",
    networks: "Jaringan: berlaku sampai Anda memasang yang lain",
    incidents: "Kejadian: terjadi satu kali",
    watch: "Perhatikan:",
    apply: "Pasang",
    show: "Pasang dengan contoh",
    happen: "Jalankan",
    about: (action: string, name: string) => `${action}: ${name}`,
    applied: (name: string, client: string) => `${name} berlaku untuk ${client}.`,
    shown: (name: string, client: string) => `${name}, dengan contoh oleh ${client}: lihat jejak.`,
    happened: (name: string, client: string) => `${name} terjadi pada ${client}: lihat jejak.`,
    only: { toServer: "hanya ke server", toClient: "hanya ke client" },
  },
  preset: {
    quiet: {
      name: "Jaringan tenang",
      does: "20 ms tiap arah, tidak ada yang dipotong atau digabung. Jaringan lain dicabut, dan yang tertahan berjalan lagi.",
      watch: "jarak permintaan dan balasannya 40 ms.",
    },
    farAway: {
      name: "Di belahan dunia lain",
      does: "Tiap potongan perlu sedikit lebih dari 150 ms, kira-kira seperti dari Surabaya ke Eropa.",
      watch:
        "jarak permintaan dan balasan 300 ms, secepat apa pun servernya. Setiap permintaan yang menunggu balasan sebelumnya menambah waktu sebanyak itu lagi.",
    },
    crowdedWifi: {
      name: "Wi-Fi ramai",
      does: "Satu potongan perlu 30 ms dan, secara acak, sampai 250 ms lebih lama: yang hilang di udara dikirim ulang.",
      watch:
        "waktu tibanya tidak teratur, tetapi urutannya tetap. Potongan yang terlambat menahan yang di belakangnya.",
    },
    everyByteAlone: {
      name: "Tiap byte sendiri",
      does: "Setiap byte tiba sebagai potongan tersendiri.",
      watch:
        "satu permintaan menjadi puluhan potongan, dan bagi server tetap satu baris. Client yang menganggap tiap potongan balasan utuh akan gagal: pilih cara membaca itu di bagian Koneksi pada kartunya.",
    },
    joined: {
      name: "Beberapa permintaan dalam satu potongan",
      does: "Yang ditulis dalam 50 ms berjalan bersama sebagai satu potongan.",
      watch:
        "tiga permintaan tiba sekaligus dan masing-masing dibalas sesuai urutan. Server yang membaca satu permintaan per potongan akan kehilangan dua.",
    },
    stalled: {
      name: "Tertahan",
      does: "Tidak ada yang sampai sebelum Anda mencabutnya. Byte menunggu; tidak ada yang hilang.",
      watch: "potongan berkumpul di dalam pipa. Loloskan beberapa byte dengan tangan, atau pasang jaringan tenang.",
    },
    splitLetter: {
      name: "Terpotong di tengah huruf",
      does: "Pesan dengan huruf yang terdiri dari beberapa byte dipotong tepat di tengah huruf itu. Pemotongan ini tetap berlaku untuk setiap penulisan client tersebut.",
      watch:
        "kedua potongan bukan UTF-8 yang sah, sedangkan barisnya sah. Yang mendekode per potongan merusak huruf itu; yang menunggu baris utuh tidak.",
    },
    halfClosed: {
      name: "Setengah tertutup",
      does: "Client meminta sesuatu dan langsung menyatakan tidak akan mengirim lagi.",
      watch: "balasannya tetap datang, karena arah sebaliknya masih terbuka. Baru sesudah itu koneksi ditutup.",
    },
    pulledCable: {
      name: "Kabel tercabut",
      does: "Tepat saat pesan dikirim, kedua arah menjadi senyap.",
      watch:
        "tidak ada apa-apa: tanpa galat, tanpa penutupan. Kedua ujung tidak bisa membedakan kabel tercabut dari jaringan lambat. Hanya batas waktu atau reset yang mengakhiri penantian.",
    },
    reset: {
      name: "Koneksi di-reset",
      does: "Koneksi putus (RST) selagi permintaan di perjalanan.",
      watch:
        "jejak menyebut byte yang tidak akan pernah sampai. Client hanya tahu koneksinya putus, bukan sampai mana server sempat membaca.",
    },
    lostReply: {
      name: "Balasan hilang",
      does: "Pesan diterima server, lalu koneksi putus sebelum satu byte pun dari balasannya tiba.",
      watch: "pesannya ada di kotak masuk, tetapi client tidak tahu. Bila ia mengirim sekali lagi, pesan itu ada dua.",
    },
    unfinishedLine: {
      name: "Permintaan setengah jadi",
      does: "Sebuah baris dimulai dan tidak diselesaikan, lalu waktu berlalu.",
      watch:
        "server menunggu sampai batas waktunya, membalas request_timeout, lalu menutup koneksi. Tanpa batas itu siapa pun bisa menduduki koneksi selamanya.",
    },
    overlongLine: {
      name: "Baris terlalu panjang",
      does: "Datang sebuah baris yang lebih panjang daripada yang diizinkan server.",
      watch:
        "penolakan line_too_long datang begitu batasnya tercapai. Sisa baris dibuang, dan permintaan berikutnya berjalan seperti biasa.",
    },
  },
  inForce: {
    title: "Yang berlaku sekarang",
    latency: (milliseconds: string) => `tiap potongan perlu ${milliseconds} ms`,
    jitter: (milliseconds: string) => `secara acak sampai ${milliseconds} ms lebih lama`,
    pieceBytes: (_: number, shown: string) => `potongan paling besar ${shown} byte`,
    splitAt: (bytes: string) => `setiap penulisan dipotong sesudah byte ke-${bytes}`,
    join: (milliseconds: string) => `yang ditulis dalam ${milliseconds} ms berjalan bersama`,
    stalled: "tertahan: tidak ada yang sampai",
    losesReply: "Balasan berikutnya akan hilang.",
    server: "server",
  },
  pipe: {
    empty: "Tidak ada yang di perjalanan.",
    emptyHint:
      "Selama “Jalan sampai tenang” hidup, semuanya langsung sampai. Mundurlah selangkah, atau matikan, untuk melihat potongan di perjalanan.",
    noConnection: "Tidak ada koneksi yang terbuka.",
    bytes: (_: number, shown: string) => `${shown} byte`,
    end: "akhir aliran",
    arrives: (milliseconds: string) => `tiba dalam ${milliseconds} ms`,
    waits: "menunggu",
    more: (count: string) => `dan ${count} lagi`,
    list: { toServer: "Di perjalanan ke server", toClient: "Di perjalanan ke client" },
  },
  own: {
    title: "Angka Anda sendiri",
    latency: "Latensi (ms)",
    jitter: "Jitter (ms)",
    pieceBytes: "Ukuran potongan (byte)",
    splitAt: "Potong sesudah byte",
    join: "Gabung dalam (ms)",
    stalled: "Tertahan",
    none: "tidak ada",
    outOfRange: (from: string, to: string) => `Bilangan bulat dari ${from} sampai ${to}.`,
    optional: "Isian yang kosong mematikan gangguannya.",
    set: "Pasang",
    done: (direction: string) => `${direction}: terpasang.`,
  },
  letThrough: {
    label: "Loloskan byte",
    button: "Loloskan",
    end: "Loloskan akhir aliran",
    underWay: (bytes: string) => `${bytes} di perjalanan`,
    nothing: "tidak ada di perjalanan",
  },
  connection: {
    title: "Koneksinya sendiri",
    hint: "Ini langsung terjadi, tanpa contoh.",
    halfClose: "Tutup setengah",
    reset: "Reset",
    loseReply: "Hilangkan balasan berikutnya",
    notOpen: "Tidak ada koneksi yang terbuka; koneksi dibuka oleh baris pertama yang dimasukkan client.",
  },
  effect: "Di mana akibatnya terlihat",
  examples: { message: "halo", messageWithLongLetter: "waktunya kopi ☕" },
} satisfies typeof en;

export default id;
