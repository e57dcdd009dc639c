/** The product's whole path over its real parts: undisturbed, and with the process dying at every outgoing call. */
@NullMarked
package dev.mtdconnector.story;

import org.jspecify.annotations.NullMarked;
