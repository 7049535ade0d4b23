/// The version of this package, which commands and clients name.
package let projectVersion = "0.1.0"
