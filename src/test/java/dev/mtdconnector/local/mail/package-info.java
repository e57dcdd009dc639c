/** The mail catcher of the local world: takes every mail and delivers none. */
@NullMarked
package dev.mtdconnector.local.mail;

import org.jspecify.annotations.NullMarked;
