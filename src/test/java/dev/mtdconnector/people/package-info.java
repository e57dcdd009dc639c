/** Tests of mail to administrators. */
@NullMarked
package dev.mtdconnector.people;

import org.jspecify.annotations.NullMarked;
