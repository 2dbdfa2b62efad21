//! Holds the documents to the tree: what they point at exists, what they quote is so.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::workspace_root;

#[test]
fn every_link_from_a_document_leads_to_a_file() {
    let mut broken = Vec::new();
    for document in documents() {
        let folder = document.parent().expect("a document lies in a folder");
        for link in links(&fs::read_to_string(&document).unwrap()) {
            if !folder.join(&link).exists() {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The README is about the source too, and links to what is of no use without it.
#[test]
fn every_link_from_a_document_in_the_package_leads_to_a_file_in_it() {
    let root = workspace_root();
    let metadata = fs::read_to_string(root.join("native-server/Cargo.toml")).unwrap();
    let shipped: Vec<PathBuf> = metadata
        .lines()
        .filter(|line| line.contains("\"usr/share/doc/"))
        .map(|line| root.join(line.split('"').nth(1).unwrap().trim_start_matches("../")))
        .collect();
    let (readme, guides): (Vec<_>, Vec<_>) = shipped
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .partition(|path| path.ends_with("README.md"));
    assert!(readme.len() == 1 && !guides.is_empty(), "{shipped:?}");
    let mut missing = Vec::new();
    for document in guides {
        let folder = document.parent().expect("a document lies in a folder");
        for link in links(&fs::read_to_string(document).unwrap()) {
            let target = folder.join(&link).canonicalize().unwrap();
            if !shipped
                .iter()
                .any(|path| path.canonicalize().unwrap() == target)
            {
                missing.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_path_that_a_document_names_exists() {
    let root = workspace_root();
    let mut missing = Vec::new();
    for document in documents() {
        for path in named_paths(&fs::read_to_string(&document).unwrap()) {
            if !root.join(&path).exists() {
                missing.push(format!("{}: {path}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let model = fs::read_to_string(workspace_root().join("docs/security.md")).unwrap();
    let code = files("rs").into_iter().map(fs::read_to_string);
    let code: String = code.map(Result::unwrap).collect();
    let named = named_tests(&model);
    let is_missing = |name: &&&str| !code.contains(&format!("fn {name}("));
    let missing: Vec<_> = named.iter().filter(is_missing).collect();
    assert!(!named.is_empty() && missing.is_empty(), "{missing:#?}");
}

#[test]
fn no_document_holds_a_placeholder() {
    let mut left = Vec::new();
    for document in documents() {
        for placeholder in placeholders(&fs::read_to_string(&document).unwrap()) {
            left.push(format!("{}: {placeholder}", document.display()));
        }
    }
    assert!(left.is_empty(), "write what belongs there: {left:#?}");
}

#[test]
fn the_readme_shows_the_python_client_as_it_is() {
    let read = |path: &str| fs::read_to_string(workspace_root().join(path)).unwrap();
    let client = format!("```python\n{}```\n", read("examples/client.py"));
    assert!(
        read("README.md").contains(&client),
        "README.md and examples/client.py differ"
    );
}

#[test]
fn every_dependency_has_its_reason() {
    let read = |path: &str| fs::read_to_string(workspace_root().join(path)).unwrap();
    let (workspace, page) = (read("Cargo.toml"), read("www/package.json"));
    let contributing = read("CONTRIBUTING.md");
    let reasons = table_rows(&contributing, "## Dependencies");
    let without_reason: Vec<&str> = dependencies(&workspace)
        .chain(npm_dependencies(&page))
        .filter(|name| {
            !reasons
                .iter()
                .any(|packages| packages.split(", ").any(|one| one == *name))
        })
        .collect();
    assert!(
        without_reason.is_empty(),
        "CONTRIBUTING.md gives no reason for {without_reason:?}"
    );
}

#[test]
fn links_and_paths_are_found_in_prose_and_not_in_examples() {
    let text = "See [a](b.md#c), [web](https://example.org), `www/dist` and `core/src/lib.rs`.\n```\n[x](y.md) `core/none`\n```\n";
    assert_eq!(links(text), ["b.md"]);
    assert_eq!(named_paths(text), ["core/src/lib.rs"]);
}

#[test]
fn dependencies_are_found_in_both_manifests() {
    let workspace = "[workspace.dependencies]\nours = { path = \"ours\" }\nslab = \"1.0.0\"\n\n[profile.dev]\ndebug = 0\n";
    assert_eq!(dependencies(workspace).collect::<Vec<_>>(), ["slab"]);
    let page = "{\n  \"dependencies\": {\n    \"ours\": \"file:../ours\",\n    \"preact\": \"1.0.0\"\n  },\n  \
                \"devDependencies\": {\n    \"vite\": \"2.0.0\"\n  }\n}\n";
    assert_eq!(
        npm_dependencies(page).collect::<Vec<_>>(),
        ["preact", "vite"]
    );
}

#[test]
fn placeholders_are_found_in_prose_and_in_examples() {
    let text =
        "It takes @@ ms, TODO.\nSee `TODOS.md`.\n```\nready after @@TIME@@\nTBD: more\n```\n";
    assert_eq!(
        placeholders(text),
        ["It takes @@ ms, TODO.", "ready after @@TIME@@", "TBD: more"]
    );
}

#[test]
fn tests_are_told_from_other_names() {
    let text = "It says `too_many_attempts`, see `a_test_that_shows_it` and `cargo test`.";
    assert_eq!(named_tests(text), ["a_test_that_shows_it"]);
}

/// Every Markdown file of the project.
fn documents() -> Vec<PathBuf> {
    let found = files("md");
    assert!(
        found.iter().any(|path| path.ends_with("README.md")),
        "no documents found"
    );
    found
}

/// Every file of the project whose name ends so.
fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&workspace_root(), extension, &mut found);
    found
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        let name = entry.file_name();
        let is_ours =
            !name.to_string_lossy().starts_with('.') && name != "target" && name != "node_modules";
        if is_ours && entry.file_type().unwrap().is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
}

/// Where links within the project lead, without the place inside the document.
fn links(text: &str) -> Vec<String> {
    let prose = prose(text);
    let targets = prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let files = targets
        .filter(|target| !target.contains("://"))
        .map(|target| target.split('#').next().unwrap());
    files
        .filter(|file| !file.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Code spans that name a file or folder of a package.
fn named_paths(text: &str) -> Vec<String> {
    const FOLDERS: &[&str] = &[
        "core/",
        "native-server/",
        "tests/",
        "xtask/",
        "docs/",
        "examples/",
        "packaging/",
        "fuzz/",
        "soak/",
        "wasm/",
        "www/",
    ];
    /// Not there before a build.
    const GENERATED: &[&str] = &["wasm/pkg", "www/dist", "www/node_modules"];
    let prose = prose(text);
    let spans = prose.split('`').skip(1).step_by(2);
    spans
        .filter(|span| FOLDERS.iter().any(|folder| span.starts_with(folder)))
        .filter(|span| !GENERATED.iter().any(|folder| span.starts_with(folder)))
        .filter(|span| !span.contains([' ', '*', '<']))
        .map(str::to_owned)
        .collect()
}

/// What is written as the name of a test: longer than that of anything else.
fn named_tests(text: &str) -> Vec<&str> {
    const LEAST_WORDS: usize = 4;
    let spans = text.split('`').skip(1).step_by(2);
    spans
        .filter(|span| span.split('_').count() >= LEAST_WORDS)
        .filter(|span| {
            span.bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_lowercase())
        })
        .collect()
}

/// Lines on which something was to be filled in later.
fn placeholders(text: &str) -> Vec<&str> {
    const WORDS: &[&str] = &["TODO", "FIXME", "XXX", "TBD"];
    let is_left = |line: &str| {
        line.contains("@@")
            || line
                .split(|character: char| !character.is_alphanumeric())
                .any(|word| WORDS.contains(&word))
    };
    text.lines().filter(|line| is_left(line)).collect()
}

/// The packages that the workspace takes from elsewhere.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let section = manifest
        .split("[workspace.dependencies]")
        .nth(1)
        .unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let entries = lines.filter_map(|line| line.split_once(" = "));
    entries
        .filter(|(_, source)| !source.contains("path = "))
        .map(|(name, _)| name)
}

/// The packages that the page takes from elsewhere, in the layout that npm gives its manifest.
fn npm_dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let mut sections = manifest.split("ependencies\": {").skip(1);
    let (runtime, development) = (sections.next(), sections.next());
    let entries = [runtime, development]
        .into_iter()
        .flatten()
        .flat_map(|section| {
            let entries = section.split('}').next().unwrap_or_default();
            entries
                .lines()
                .filter_map(|line| line.trim().split_once(": "))
        });
    entries
        .filter(|(_, source)| !source.contains("file:"))
        .map(|(name, _)| name.trim_matches('"'))
}

/// The first cells of the table in that section.
fn table_rows<'a>(document: &'a str, heading: &str) -> Vec<&'a str> {
    let section = document.split(heading).nth(1).unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| row.split(" | ").next()).collect()
}

/// The text without its fenced examples.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        !is_fence && !fenced
    });
    lines.collect::<Vec<_>>().join("\n")
}
