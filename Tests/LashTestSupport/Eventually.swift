/// Waits until something holds that other tasks bring about, and says whether it came to that: better a test that fails
/// after ten minutes, on a busy machine, than one that never ends.
package func eventually(_ condition: () -> Bool) async -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(600)
    while !condition() {
        if clock.now > end { return false }
        await Task.yield()
    }
    return true
}
