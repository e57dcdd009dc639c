/** Adapter: e-mail over SMTP. */
@NullMarked
package dev.mtdconnector.mail;

import org.jspecify.annotations.NullMarked;
