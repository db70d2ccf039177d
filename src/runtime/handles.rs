//! Numbers for objects of the core, as the Python side knows them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::Object;

/// The objects of one run that Python has seen.
#[derive(Default)]
pub struct Handles {
    objects: RefCell<Vec<Object>>,
    places: RefCell<HashMap<usize, usize>>,
}

impl Handles {
    /// The number of an object; the same object has the same one.
    pub fn of(&self, object: &Object) -> usize {
        let place = Rc::as_ptr(&object.0).cast::<()>() as usize;
        if let Some(&known) = self.places.borrow().get(&place) {
            return known;
        }
        let mut objects = self.objects.borrow_mut();
        objects.push(object.clone());
        self.places.borrow_mut().insert(place, objects.len() - 1);
        objects.len() - 1
    }

    /// The object of a number.
    pub fn get(&self, handle: usize) -> Option<Object> {
        self.objects.borrow().get(handle).cloned()
    }
}
