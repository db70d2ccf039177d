#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| victor_migrate_fuzz::page(bytes));
