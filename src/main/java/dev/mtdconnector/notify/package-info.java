/** Mail to people, and the record of errors that it reports. */
@NullMarked
package dev.mtdconnector.notify;

import org.jspecify.annotations.NullMarked;
