import type { TextsOf } from "../shape";

export const stolenToken = {
  title: "Teks terbuka dan token yang dicuri",
  goal: "Protokol ini berupa teks terbuka. Anda akan menjadi Eve, yang menyadap di Wi-Fi yang sama, dan melihat apa akibatnya bila token jatuh ke tangan yang salah.",
  prediction: {
    question:
      "Eve baru mulai menyadap setelah messi login. Password messi tidak pernah dilihatnya, hanya sebuah permintaan sesudahnya yang memuat token. Apa yang bisa dilakukannya dengan token itu?",
    choices: {
      everything: {
        label: "Semua yang bisa dilakukan messi: membaca, mengirim, logout.",
        why: "Siapa yang menunjukkan token, dialah user-nya. Server tidak punya cara lain untuk membedakan keduanya.",
      },
      readOnly: {
        label: "Hanya ikut membaca apa yang dikirim dan diterima messi.",
        why: "Itu memang sudah bisa. Tetapi dengan token ia juga bisa meminta sendiri ke server, dari koneksi mana pun.",
      },
      nothing: {
        label: "Tidak ada, tanpa password.",
        why: "Password hanya diperlukan sekali untuk memperoleh token. Setelah itu token saja sudah membuka semua pintu.",
      },
    },
  },
  tasks: {
    listen: {
      ask: "Anda adalah messi dan sudah masuk. Ada pesan yang menunggu Anda; biarkan dulu, dan minta `list`.",
      done: "Permintaan Anda lewat di Wi-Fi, dan siapa pun di situ bisa membaca token di dalamnya.",
      hints: [
        "Permintaannya sendiri tidak penting. Yang penting adalah apa yang dibawanya.",
        "Terminal menaruh token Anda di setiap permintaan.",
        "Ketik `list` di kartu messi.",
      ],
      mistakes: {
        asEve: "Itu kartu Eve. Lebih dulu messi harus mengirim sesuatu yang bisa didengarnya.",
        fetched:
          "messi sudah mengambil pesannya, jadi tidak ada yang tersisa untuk Eve. Ulangi adegannya dan minta `list` saja.",
      },
    },
    steal: {
      ask: "Sekarang jadilah Eve. Ambil token messi dari jejak, lalu ambil pesan messi dengan token itu, tanpa login.",
      done: "Eve memegang pesan messi, dan server tidak menyadari apa-apa.",
      hints: [
        "Di jejak, lihat baris yang dikirim messi. Tokennya adalah kata panjang dengan empat tanda hubung.",
        "`inbox` menerima token sebagai parameter.",
        "Ketik `inbox {token}` di kartu eve.",
      ],
      mistakes: {
        loggedIn:
          "Itu berhasil karena password akun ini sudah diketahui umum. Padahal intinya, Eve tidak memerlukan password: ulangi adegannya dan pakai tokennya saja.",
        noToken: "Eve tidak mempunyai sesi sendiri. Taruh token messi di belakang perintahnya.",
        wrongToken: "Token ini bukan milik messi, atau tidak lengkap. Salin dari jejak, seluruh 36 karakternya.",
        notTheInbox: "Token itu berlaku untuk Eve. Sekarang ambil pesannya: `inbox`.",
        fetchedByMessi: "messi lebih cepat dan sudah mengambil pesannya sendiri. Ulangi adegannya.",
      },
    },
    end: {
      ask: "Sebagai messi, buat token curian itu tidak berguna. Kemudian cobalah sekali lagi sebagai Eve.",
      done: "Ditolak. Token itu sudah mati, siapa pun yang memegangnya.",
      hints: [
        "Apa yang mengakhiri sebuah sesi?",
        "messi harus logout. Menutup koneksi tidak cukup. Setelah itu Eve meminta lagi dengan token yang sama.",
        "Ketik `logout` di kartu messi, lalu `inbox {token}` di kartu eve.",
      ],
      mistakes: {
        closedOnly: "Koneksinya tertutup, tetapi sesinya hidup, jadi token di tangan Eve pun hidup. Lakukan logout.",
        stillLives: "Token itu masih berlaku untuk Eve. Sebagai messi, lakukan logout dulu.",
        notTried: "messi sudah logout. Sekarang coba token lama itu sebagai Eve.",
        noToken: "Ditolak, tetapi baris ini tidak membawa token. Cobalah dengan token messi.",
      },
    },
  },
  explanation: [
    "Token itu tertulis [di baris messi](overheard) sebagai teks terbuka. Tidak ada yang perlu dibobol untuk membacanya. Andaikan Eve menyadap sedikit lebih awal, password pun akan terbaca dengan cara yang sama.",
    "Dengan token itu Eve mengirim [permintaan](request) di koneksinya sendiri, dan [balasannya](stolen) membawa pesan messi. Karena kotak masuk dikosongkan saat diambil, messi tidak akan pernah melihat pesan itu. Ia bahkan tidak tahu bahwa pesan itu pernah ada.",
    "Setelah [logout](logout) token itu [tidak berguna lagi](refused). Terhadap penyadapan sendiri logout tidak menolong: pada login berikutnya token berikutnya melewati udara yang sama.",
  ],
  ownClient: [
    "Token tidak menjadi aman dengan dibuat lebih panjang atau lebih rumit. Yang menolong ialah bila tidak ada yang bisa menyadap: TLS, tunnel SSH, atau VPN di sekeliling koneksi. Pakai server ini tanpa pelindung hanya di tempat yang semua orangnya boleh ikut membaca.",
    "Jangan sampai token dan password masuk ke log, tangkapan layar, atau skenario yang dibagikan, dan lakukan logout di komputer yang dipakai bersama.",
  ],
} satisfies TextsOf<"stolenToken">;
