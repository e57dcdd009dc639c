/** Mail to administrators: what each of them wants to be told, of new threats and in summaries. */
@NullMarked
package dev.mtdconnector.people;

import org.jspecify.annotations.NullMarked;
