//! The pages that the server writes itself: why something is not there. In Indonesian and English,
//! for nobody knows who reads them.

/// A sentence or more in both languages, as HTML.
pub(crate) struct Notice {
    pub(super) title: &'static str,
    pub(super) indonesian: &'static str,
    pub(super) english: &'static str,
}

pub(super) const NO_PLAYGROUND: Notice = Notice {
    title: "Chatting Time",
    indonesian: "<p>Server ini berjalan, tetapi dibuat tanpa halaman playground. \
        Untuk membuatnya, pasang Node.js 20.19 dan Rust 1.92 atau yang lebih baru, lalu \
        jalankan <code>cargo xtask run</code> di folder proyek (atau <code>cargo xtask wasm</code>, \
        kemudian jalankan server lagi).</p>\
        <p>Obrolan lewat TCP tetap berfungsi: <code>chatting-time connect</code>.</p>",
    english: "<p>This server is running, but it was built without the playground. \
        To build it, install Node.js 20.19 and Rust 1.92, or later ones, and run \
        <code>cargo xtask run</code> in the project's folder (or <code>cargo xtask wasm</code>, \
        and start the server again).</p>\
        <p>Chatting over TCP works all the same: <code>chatting-time connect</code>.</p>",
};

pub(super) const NOT_FOUND: Notice = Notice {
    title: "404",
    indonesian: "<p>Maaf, halaman ini tidak ada. Mulailah dari <a href=\"/\">halaman depan</a>.</p>",
    english: "<p>Sorry, there is no such page. Begin at the <a href=\"/\">first page</a>.</p>",
};

pub(super) const ONLY_READING: Notice = Notice {
    title: "405",
    indonesian: "<p>Di sini halaman hanya bisa dibaca: permintaan harus GET atau HEAD.</p>",
    english: "<p>Pages can only be read here: a request has to be GET or HEAD.</p>",
};

pub(super) const NO_BODY: Notice = Notice {
    title: "413",
    indonesian: "<p>Di sini permintaan tidak boleh membawa isi.</p>",
    english: "<p>A request may not have a body here.</p>",
};

pub(super) const NO_HOST: Notice = Notice {
    title: "400",
    indonesian: "<p>Permintaan ini tidak menyebut satu Host yang sah.</p>",
    english: "<p>This request does not name one valid Host.</p>",
};

pub(super) const STRANGE_HOST: Notice = Notice {
    title: "403",
    indonesian: "<p>Server ini tidak dikenal dengan nama itu. Bukalah dengan alamat IP-nya, \
        misalnya <code>http://127.0.0.1:8080/</code>, atau beri tahu server nama itu: \
        <code>--http-name NAMA</code>.</p>",
    english: "<p>This server is not known by that name. Open it by its IP address, such as \
        <code>http://127.0.0.1:8080/</code>, or tell the server that it has the name: \
        <code>--http-name NAME</code>.</p>",
};

pub(crate) const STRANGE_ADMIN_HOST: Notice = Notice {
    title: "403",
    indonesian: "<p>Alamat untuk metrik dan kesehatan server ini tidak dikenal dengan nama itu. \
        Gunakan alamat IP-nya, misalnya <code>http://127.0.0.1:9889/metrics</code>, atau nama \
        dalam <code>--admin-http</code>, atau beri tahu server nama itu: \
        <code>--http-name NAMA</code>.</p>",
    english: "<p>This server's address for metrics and health is not known by that name. Use its \
        IP address, such as <code>http://127.0.0.1:9889/metrics</code>, or the name in \
        <code>--admin-http</code>, or tell the server that it has the name: \
        <code>--http-name NAME</code>.</p>",
};

pub(super) const STRANGE_ORIGIN: Notice = Notice {
    title: "403",
    indonesian: "<p>Hanya halaman dari server ini yang boleh membuka WebSocket-nya. Jika halaman \
        itu datang lewat proksi, beri tahu server namanya: <code>--http-name NAMA</code>, atau \
        <code>--http-name NAMA:PORT</code> jika alamat di browser menyebut port.</p>",
    english: "<p>Only a page of this server may open its WebSocket. If the page came through a \
        proxy, tell the server its name: <code>--http-name NAME</code>, or \
        <code>--http-name NAME:PORT</code> where the address in the browser has a port.</p>",
};

pub(super) const NO_WEBSOCKET: Notice = Notice {
    title: "426",
    indonesian: "<p>Alamat ini untuk WebSocket (RFC 6455, versi 13), bukan untuk halaman.</p>",
    english: "<p>This address is for a WebSocket (RFC 6455, version 13), not for a page.</p>",
};

pub(super) const NO_HTTP: Notice = Notice {
    title: "400",
    indonesian: "<p>Ini bukan permintaan HTTP/1.1 yang sah. Obrolan lewat TCP mempunyai alamat \
        sendiri, yang ditampilkan server saat mulai.</p>",
    english: "<p>This is no valid HTTP/1.1 request. Chatting over TCP has an address of its own, \
        which the server shows as it starts.</p>",
};

pub(super) const LARGE_HEAD: Notice = Notice {
    title: "431",
    indonesian: "<p>Kepala permintaan ini terlalu besar: paling banyak 16 KiB dan 100 baris. \
        Mungkin browser mengirim terlalu banyak cookie; hapus cookie untuk alamat ini.</p>",
    english: "<p>The head of this request is too large: it may have 16 KiB and 100 lines. Perhaps \
        the browser sends too many cookies; remove those of this address.</p>",
};

pub(super) const TOO_MANY: Notice = Notice {
    title: "503",
    indonesian: "<p>Terlalu banyak koneksi dari alamat Anda. Coba lagi sebentar lagi.</p>",
    english: "<p>There are too many connections from your address. Try again in a moment.</p>",
};

impl Notice {
    pub(super) fn to_html(&self) -> String {
        let Self {
            title,
            indonesian,
            english,
        } = self;
        format!(
            "<!doctype html>\n<html lang=\"id\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
             <main>\n<h1>{title}</h1>\n<section lang=\"id\">{indonesian}</section>\n<hr>\n\
             <section lang=\"en\">{english}</section>\n</main>\n</html>\n"
        )
    }
}
