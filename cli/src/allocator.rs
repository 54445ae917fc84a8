//! The allocator of the process. The language server keeps many small things for long and answers in between; the system's
//! allocator grows slow and large over it.

use std::ffi::c_long;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` in mimalloc.h, of versions 2 and 3: milliseconds until freed pages go back to the system.
const PURGE_DELAY: i32 = 15;

/// `mi_option_disallow_arena_alloc` of version 3. Freed pieces of an arena keep its pages, more and more of them while one
/// large batch after another is read.
const NO_ARENAS: i32 = 26;

/// For commands that move much data through little memory: what they free is not kept for later.
pub(crate) fn give_back_at_once() {
    let (now, yes): (c_long, c_long) = (0, 1);
    // SAFETY: sets numbers that the allocator reads atomically; any time will do.
    unsafe {
        libmimalloc_sys::mi_option_set(PURGE_DELAY, now);
        libmimalloc_sys::mi_option_set(NO_ARENAS, yes);
    }
}
