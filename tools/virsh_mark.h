/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Included below a file's functions and above its tables of commands and options: from there on _() only marks texts for the
 * catalogue, as an initializer needs it. Who prints the tables translates them. It declares nothing.
 */
#undef _
#define _(text) N_(text)
