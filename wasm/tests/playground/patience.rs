//! Long tests. A browser that does not answer for half a minute is taken for dead by its driver, so there they let it
//! breathe now and then.

/// A test that awaits [`breathe`].
macro_rules! long_test {
    ($(#[$doc:meta])* async fn $name:ident() $body:block) => {
        $(#[$doc])*
        #[cfg(target_arch = "wasm32")]
        #[wasm_bindgen_test::wasm_bindgen_test]
        async fn $name() $body

        $(#[$doc])*
        #[cfg(not(target_arch = "wasm32"))]
        #[test]
        fn $name() {
            $crate::patience::finish(async $body);
        }
    };
}
pub(crate) use long_test;

#[cfg(target_arch = "wasm32")]
pub(crate) async fn breathe() {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_name = setTimeout)]
        fn set_timeout(callback: &js_sys::Function);
    }

    let breath = js_sys::Promise::new(&mut |resolve, _| set_timeout(&resolve));
    wasm_bindgen_futures::JsFuture::from(breath).await.unwrap();
}

/// Natively nobody waits for a test to breathe.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) async fn breathe() {}

/// Runs what never waits.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn finish(test: impl Future<Output = ()>) {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::pin!(test).poll(&mut context).is_ready());
}
